import { speak, type MessageKey } from './message.ts'
import { STALE_PAGE } from './self-watch.ts'
import { formatInstant, DAY, MINUTE } from './time.ts'
import type { ComponentStatus, UpdateStatus } from './words.ts'

/** What the page says, and what is known. Instants are epoch milliseconds. */
export type PageFacts = {
  timeZone: string
  /** Those that do not work. */
  components: {
    id: string
    name: string
    status: ComponentStatus
    since: number
    /** A public incident that is open names it. */
    isTold: boolean
    draftId: string | null
    /** What it depends on that a public incident calls down. */
    root: { name: string; incidentId: string; incident: string } | null
  }[]
  /** Public and open. */
  incidents: {
    id: string
    name: string
    kind: 'incident' | 'maintenance'
    status: UpdateStatus
    monitoringAt: number | null
    scheduledFor: number | null
    scheduledUntil: number | null
    nextUpdateAt: number | null
    components: { status: ComponentStatus; since: number }[]
    isAllClearProposed: boolean
  }[]
  probes: {
    key: string
    component: string
    isPaused: boolean
    /** Since when it should have been asked, or has been paused. */
    since: number
    intervalMs: number
  }[]
  unpublishedSince: number | null
  tellings: {
    id: string
    incident: string
    createdAt: number
    isExpanded: boolean
    waiting: number
    untold: number
  }[]
}

export const untruthKinds = [
  'component_down',
  'component_draft',
  'component_dragged',
  'incident_over',
  'maintenance_overrun',
  'maintenance_unbegun',
  'update_overdue',
  'probe_unasked',
  'probe_paused',
  'page_stale',
  'telling_waiting',
  'telling_unbegun',
  'telling_untold',
] as const

/** Something on which the page and what is known differ. */
export type Untruth = {
  kind: (typeof untruthKinds)[number]
  sentence: string
  since: number
  /** Where in the console it is mended. */
  href: string
}

/** Whoever is at work on it gets this long before it counts. */
const AT_WORK = 5 * MINUTE
/** After a fix one watches for a while before giving the all-clear. */
const WATCHING = 30 * MINUTE
const TELLING_BEGINS = MINUTE
const TELLING_TAKES = 10 * MINUTE
const PAUSED_FOR_LONG = DAY

const say = speak('en')

/** Everything on which the page is not true, what has lasted longest first. */
export function untruths(facts: PageFacts, now: number): Untruth[] {
  return [
    ...downUntold(facts, now),
    ...overUnsaid(facts, now),
    ...overrun(facts, now),
    ...unbegun(facts, now),
    ...overdue(facts, now),
    ...unseen(facts, now),
    ...stale(facts, now),
    ...unheard(facts, now),
  ].toSorted((a, b) => a.since - b.since)
}

const isDown = (status: ComponentStatus) => status === 'partial_outage' || status === 'major_outage'

function downUntold({ components }: PageFacts, now: number): Untruth[] {
  return components
    .filter(({ status, since, isTold }) => isDown(status) && !isTold && now - since > AT_WORK)
    .map(({ name, status, since, draftId, root }) => {
      const values = { component: name, status: say(`status.${status}`).toLowerCase() }
      if (draftId !== null) return untruth('component_draft', values, since, incidentUrl(draftId))
      if (root === null) return untruth('component_down', values, since, '/operator#open')
      const because = { ...values, root: root.name, incident: root.incident }
      return untruth('component_dragged', because, since, incidentUrl(root.incidentId))
    })
}

function overUnsaid({ incidents }: PageFacts, now: number): Untruth[] {
  return incidents
    .filter(({ kind, components }) => kind === 'incident' && components.length > 0)
    .filter(({ components }) => components.every(({ status }) => status === 'operational'))
    .flatMap(({ id, name, status, monitoringAt, components, isAllClearProposed }) => {
      const wellSince = Math.max(...components.map(({ since }) => since))
      const since = Math.max(wellSince, monitoringAt ?? 0)
      const isOverdue = now - since > (status === 'monitoring' ? WATCHING : AT_WORK)
      const where = isAllClearProposed ? allClearUrl(id) : incidentUrl(id)
      return isOverdue ? [untruth('incident_over', { incident: name }, since, where)] : []
    })
}

function overrun({ incidents, timeZone }: PageFacts, now: number): Untruth[] {
  return incidents
    .filter(({ kind, status }) => kind === 'maintenance' && status !== 'scheduled')
    .flatMap(({ id, name, scheduledUntil: until }) => {
      if (until === null || until >= now) return []
      const values = { incident: name, time: at(until, timeZone) }
      return [untruth('maintenance_overrun', values, until, maintenanceUrl(id))]
    })
}

/** What starts by itself does so within moments. */
const BEGINS = MINUTE

function unbegun({ incidents, timeZone }: PageFacts, now: number): Untruth[] {
  return incidents.flatMap(({ id, name, kind, status, scheduledFor: from }) => {
    if (kind !== 'maintenance' || status !== 'scheduled') return []
    if (from === null || now - from <= BEGINS) return []
    const values = { incident: name, time: at(from, timeZone) }
    return [untruth('maintenance_unbegun', values, from, maintenanceUrl(id))]
  })
}

function overdue({ incidents, timeZone }: PageFacts, now: number): Untruth[] {
  return incidents.flatMap(({ id, name, nextUpdateAt: due }) => {
    if (due === null || due >= now) return []
    const values = { incident: name, time: at(due, timeZone) }
    return [untruth('update_overdue', values, due, incidentUrl(id))]
  })
}

/** Not asked for more than three intervals, or paused and forgotten. */
function unseen({ probes }: PageFacts, now: number): Untruth[] {
  return probes
    .filter(({ isPaused, since, intervalMs }) =>
      isPaused ? now - since > PAUSED_FOR_LONG : now - since > Math.max(2 * intervalMs, 2 * MINUTE),
    )
    .map(({ key, component, isPaused, since }) => {
      const values = { probe: key, component }
      const kind = isPaused ? 'probe_paused' : 'probe_unasked'
      return untruth(kind, values, since, probeUrl(key))
    })
}

function stale({ unpublishedSince: since, timeZone }: PageFacts, now: number): Untruth[] {
  if (since === null || now - since <= STALE_PAGE) return []
  return [untruth('page_stale', { time: at(since, timeZone) }, since, '/ready')]
}

function unheard({ tellings }: PageFacts, now: number): Untruth[] {
  return tellings.flatMap(({ id, incident, createdAt, isExpanded, waiting, untold }) => {
    const about = (kind: Untruth['kind'], n = 0) =>
      untruth(kind, { incident, n, count: n }, createdAt, `/operator/announcements/${id}`)
    const age = now - createdAt
    if (!isExpanded && age > TELLING_BEGINS) return [about('telling_unbegun')]
    return [
      ...(waiting > 0 && age > TELLING_TAKES ? [about('telling_waiting', waiting)] : []),
      ...(untold > 0 ? [about('telling_untold', untold)] : []),
    ]
  })
}

function untruth(
  kind: Untruth['kind'],
  values: Record<string, string | number>,
  since: number,
  href: string,
): Untruth {
  const key: MessageKey = `truth.${kind}`
  return { kind, sentence: say(key, values), since, href }
}

/** Where several regions ask, each watch is named after its probe and its region: `probe (region)`. */
function probeUrl(key: string): string {
  return `/operator/probes/${key.split(' ')[0]}`
}

function incidentUrl(id: string): string {
  return `/operator#incident-${id}`
}

function maintenanceUrl(id: string): string {
  return `/operator/maintenances/${id}`
}

/** The form in which it is proposed. */
function allClearUrl(id: string): string {
  return `/operator#form-incidents-${id}-all-clear`
}

function at(moment: number, timeZone: string): string {
  return formatInstant(moment, 'en', timeZone)
}
