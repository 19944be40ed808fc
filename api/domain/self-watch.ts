import type { Concern, OwnSource } from './alert.ts'
import { speak } from './message.ts'
import { formatInstant, MINUTE } from './time.ts'
import type { AlertSeverity, Channel, Impact } from './words.ts'

/** What could be wrong with the service itself, as its tables tell it. Instants are epoch milliseconds. */
export type Signs = {
  timeZone: string
  overdue: { incidentId: string; name: string; impact: Impact; nextUpdateAt: number }[]
  /** Per channel, since when the first of what waits could have left. */
  waiting: { channel: Channel; since: number; lastSentAt: number | null; providers: Gate[] }[]
  untold: { incidentId: string; name: string; dead: number; unknown: number; latest: number }[]
  gates: (Gate & { channel: Channel | null; reason: string | null; hasStandIn: boolean })[]
  unasked: { key: string; dueAt: number; intervalMs: number }[]
  duties: { name: string; lagMs: number | null }[]
  /** The oldest change that is not published. */
  unpublishedSince: number | null
  /** We slept: what should have been done meanwhile is not late yet. */
  justAwake: boolean
}
type Gate = { provider: string; isOpen: boolean; since: number }

/** What is watched here. */
export const watchedSources = [
  'incident',
  'delivery',
  'provider',
  'heartbeat',
  'page',
] as const satisfies OwnSource[]

/** Of these nothing is known right after we slept. */
export const silentSources: ReadonlySet<string> = new Set<OwnSource>(['heartbeat', 'page'])

const WAITS_TOO_LONG = 10 * MINUTE
const SENT_LATELY = 5 * MINUTE
const OPEN_FOR_LONG = MINUTE
const DUTY_LAGS = 2 * MINUTE
export const STALE_PAGE = MINUTE

const say = speak('en')

export function concernsOf(signs: Signs, now: number): Concern[] {
  return [
    ...overdueUpdates(signs),
    ...waitingMessages(signs, now),
    ...untoldPeople(signs),
    ...openCircuits(signs, now),
    ...(signs.justAwake ? [] : [...unaskedProbes(signs, now), ...lags(signs, now)]),
    ...(signs.justAwake ? [] : stalePage(signs, now)),
  ]
}

const byImpact: Record<Impact, AlertSeverity> = {
  critical: 'critical',
  major: 'critical',
  minor: 'warning',
  none: 'info',
  maintenance: 'info',
}

function overdueUpdates({ overdue, timeZone }: Signs): Concern[] {
  return overdue.map(({ incidentId, name, impact, nextUpdateAt }) => ({
    source: 'incident',
    dedupeKey: `overdue:${incidentId}`,
    eventType: 'update.overdue',
    severity: byImpact[impact],
    title: say('watch.overdue', { incident: name }),
    detail: say('watch.overdue.detail', { time: at(nextUpdateAt, timeZone) }),
    incidentId,
    since: nextUpdateAt,
  }))
}

/** Slow is not stuck: as long as something is handed over, the rest waits for its turn. */
function waitingMessages({ waiting, timeZone }: Signs, now: number): Concern[] {
  return waiting
    .filter(({ since, lastSentAt, providers }) => {
      const isBlocked = providers.length > 0 && providers.every(({ isOpen }) => isOpen)
      const isMoving = lastSentAt !== null && now - lastSentAt < SENT_LATELY
      return now - since > WAITS_TOO_LONG && !isBlocked && !isMoving
    })
    .map(({ channel, since, providers }) => {
      const names = providers.filter(({ isOpen }) => !isOpen).map(({ provider }) => provider)
      const key = names.length > 0 ? 'watch.waiting.detail' : 'watch.waiting.nobody'
      const values = { channel, time: at(since, timeZone), providers: names.join(', ') }
      return {
        source: 'delivery',
        dedupeKey: `waiting:${channel}`,
        eventType: 'delivery.waiting',
        severity: 'critical',
        title: say('watch.waiting', { channel }),
        detail: say(key, values),
        since,
      }
    })
}

function untoldPeople({ untold }: Signs): Concern[] {
  return untold.map(({ incidentId, name, dead, unknown, latest }) => ({
    source: 'delivery',
    dedupeKey: `untold:${incidentId}`,
    eventType: 'delivery.untold',
    severity: 'warning',
    title: say('watch.untold', { n: dead + unknown, incident: name }),
    detail: say('watch.untold.detail', { dead, unknown }),
    incidentId,
    since: latest,
  }))
}

function openCircuits({ gates, timeZone }: Signs, now: number): Concern[] {
  return gates
    .filter(({ isOpen, since }) => isOpen && now - since > OPEN_FOR_LONG)
    .map(({ provider, since, reason, hasStandIn }) => {
      const values = { time: at(since, timeZone), reason: (reason ?? '').replace(/\.$/, '') }
      return {
        source: 'provider',
        dedupeKey: `circuit:${provider}`,
        eventType: 'provider.blocked',
        severity: hasStandIn ? 'warning' : 'critical',
        title: say('watch.circuit', { provider }),
        detail: say(reason ? 'watch.circuit.detail' : 'watch.circuit.reasonless', values),
        since,
      }
    })
}

/** Not asked for more than three intervals; a beat of one minute is late for none. */
function unaskedProbes({ unasked }: Signs, now: number): Concern[] {
  const late = unasked.filter(
    ({ dueAt, intervalMs }) => now - dueAt > Math.max(2 * intervalMs, 2 * MINUTE),
  )
  if (late.length === 0) return []
  return [
    {
      source: 'heartbeat',
      dedupeKey: 'unasked',
      eventType: 'probe.unasked',
      severity: 'critical',
      title: say('watch.unasked', { n: late.length }),
      detail: say('watch.unasked.detail', { probes: listed(late.map(({ key }) => key)) }),
      since: Math.min(...late.map(({ dueAt }) => dueAt)),
    },
  ]
}

function lags({ duties }: Signs, now: number): Concern[] {
  const late = duties.filter(({ lagMs }) => lagMs !== null && lagMs > DUTY_LAGS)
  if (late.length === 0) return []
  const names = late.map(({ name }) => name)
  return [
    {
      source: 'heartbeat',
      dedupeKey: 'lagging',
      eventType: 'duty.lagging',
      severity: 'critical',
      title: say('watch.lagging', { n: late.length, duties: names.join(', ') }),
      detail: say('watch.lagging.detail'),
      since: now - Math.max(...late.map(({ lagMs }) => lagMs ?? 0)),
    },
  ]
}

function stalePage({ unpublishedSince: since, timeZone }: Signs, now: number): Concern[] {
  if (since === null || now - since <= STALE_PAGE) return []
  return [
    {
      source: 'page',
      dedupeKey: 'stale',
      eventType: 'page.stale',
      severity: 'critical',
      title: say('watch.stale'),
      detail: say('watch.stale.detail', { time: at(since, timeZone) }),
      since,
    },
  ]
}

const SHOWN = 5

function listed(names: string[]): string {
  const list = names.slice(0, SHOWN).join(', ')
  return names.length > SHOWN ? say('watch.and_more', { list, n: names.length - SHOWN }) : list
}

function at(moment: number, timeZone: string): string {
  return formatInstant(moment, 'en', timeZone)
}
