import type { AllClear } from './incident.ts'
import type { AnnouncementKind, ComponentStatus, Impact, UpdateStatus } from './words.ts'

/** Everything a mail, SMS or webhook about one announcement is written from; frozen facts, no lookups. */
export type Letter = {
  kind: AnnouncementKind
  locale: string
  /** Times are told in this zone, which is named. */
  time_zone: string
  page: {
    name: string
    url: string
    support: { email: string | null; url: string | null; hours: string | null }
  }
  /** Absent in letters about the subscription itself. */
  incident: null | {
    id: string
    name: string
    url: string
    status: UpdateStatus
    impact: Impact
    started_at: number
    resolved_at: number | null
    next_update_at: number | null
    update: { status: UpdateStatus; body: string; display_at: number }
    components: { name: string; old_status: ComponentStatus; new_status: ComponentStatus }[]
    all_clear: AllClear | null
  }
}

/**
 * Places that differ per receiver and are filled in when a batch is sent. Private-use characters cannot come from
 * operators: `withoutPlaces` strips them from every text.
 */
export const places = {
  confirm: '\uE000confirm\uE001',
  manage: '\uE000manage\uE001',
  unsubscribe: '\uE000unsubscribe\uE001',
  code: '\uE000code\uE001',
} as const
export type Places = Partial<Record<keyof typeof places, string>>

export function withoutPlaces(text: string): string {
  return text.replace(/[\uE000\uE001]/g, '')
}

/** Fills the places of one receiver into a frozen rendering. */
export function fillPlaces(text: string, values: Places): string {
  return text.replace(/\uE000(\w+)\uE001/g, (_, name: keyof Places) => values[name] ?? '')
}
