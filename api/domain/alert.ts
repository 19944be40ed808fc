import type { AlertSeverity, AlertStatus } from './words.ts'

/** What raises alerts inside this service; no other system may go by one of these names. */
export const ownSources = [
  'probe',
  'sms',
  'incident',
  'delivery',
  'provider',
  'heartbeat',
  'page',
  'certificate',
] as const
export type OwnSource = (typeof ownSources)[number]

/** Something that operators should know of. While it is not resolved, the same source and key are the same alert. */
export type Alarm = {
  source: string
  dedupeKey: string
  eventType: string
  severity: AlertSeverity
  title: string
  detail: string
  labels?: Record<string, string>
  /** Where its source shows it. */
  url?: string | null
  probeId?: string | null
  componentId?: string | null
  incidentId?: string | null
}

const order: Record<AlertStatus, number> = { open: 0, acknowledged: 1, resolved: 2 }

/** An alert only moves forward; one that is resolved and comes again is a new one. */
export function mayMove(from: AlertStatus, to: AlertStatus): boolean {
  return order[from] < order[to]
}
