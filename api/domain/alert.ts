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
  'all_clear',
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

/** A reason for an alert, and since when it is one. */
export type Concern = Alarm & { source: OwnSource; since: number }
export type Live = Pick<Alarm, 'source' | 'dedupeKey' | 'severity' | 'title' | 'detail'>
/** A person called it done. */
export type Dismissed = Pick<Alarm, 'source' | 'dedupeKey'> & { resolvedAt: number }

/**
 * What is new or has changed is raised, what is gone is resolved, unless its source could not be judged. Whoever resolves
 * an alert while its cause lasts does not hear of the same cause again.
 */
export function decideAlerts(
  concerns: Concern[],
  live: Live[],
  dismissed: Dismissed[],
  unjudged: ReadonlySet<string>,
): { raised: Concern[]; resolved: Live[] } {
  const raised = concerns.filter((concern) => {
    const known = live.find((alert) => isSame(alert, concern))
    if (known) return says(known) !== says(concern)
    return !dismissed.some((past) => isSame(past, concern) && past.resolvedAt >= concern.since)
  })
  const resolved = live.filter(
    (alert) => !unjudged.has(alert.source) && !concerns.some((concern) => isSame(alert, concern)),
  )
  return { raised, resolved }
}

type Thing = Pick<Alarm, 'source' | 'dedupeKey'>

function isSame(a: Thing, b: Thing): boolean {
  return a.source === b.source && a.dedupeKey === b.dedupeKey
}

function says({ severity, title, detail }: Live | Concern): string {
  return [severity, title, detail].join('\n')
}
