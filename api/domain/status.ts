import type { ComponentStatus, Impact } from './words.ts'

/** From calm to worst, as real pages order them. */
const order: ComponentStatus[] = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
]

export function worseThan(a: ComponentStatus, b: ComponentStatus): boolean {
  return order.indexOf(a) > order.indexOf(b)
}

/** A group shows its worst child; an empty one is operational. */
export function worst(statuses: ComponentStatus[]): ComponentStatus {
  return statuses.reduce((a, b) => (worseThan(b, a) ? b : a), 'operational')
}

/** Somebody's word on a component: an operator's, or what its probes add up to. */
export type Word = { status: ComponentStatus; since: number }

/**
 * What the public sees. An operator's word stands until a probe learns of something worse after it; without one, or
 * when it says `operational`, the probes decide: nobody can talk a failing component healthy.
 */
export function effectiveStatus(declared: Word | null, probed: Word | null): ComponentStatus {
  if (!declared || declared.status === 'operational') return probed?.status ?? 'operational'
  if (!probed || probed.since <= declared.since) return declared.status
  if (declared.status === 'under_maintenance') return declared.status
  return worseThan(probed.status, declared.status) ? probed.status : declared.status
}

/** The worst of several words, since the moment the worst began. */
export function worstWord(words: Word[]): Word | null {
  return words.reduce<Word | null>((a, b) => (!a || worseThan(b.status, a.status) ? b : a), null)
}

export const overallWords = [
  'overall.operational',
  'overall.some_degraded',
  'overall.all_degraded',
  'overall.some_partial',
  'overall.partial',
  'overall.major',
  'overall.maintenance',
] as const

export type OverallKey = (typeof overallWords)[number]
/** Whoever works on a component knows better than its probes how it is. */
export function isUnderMaintenance(words: Word[]): boolean {
  return words.some(({ status }) => status === 'under_maintenance')
}

export type Overall = { indicator: Impact; description: OverallKey }

/** The banner: leaves count, groups do not, and the most severe row that holds wins (Statuspage's roll-up). */
export function rollUp(leaves: ComponentStatus[]): Overall {
  const some = (status: ComponentStatus) => leaves.includes(status)
  const all = (status: ComponentStatus) =>
    leaves.length > 0 && leaves.every((leaf) => leaf === status)
  if (all('major_outage')) return { indicator: 'critical', description: 'overall.major' }
  if (some('major_outage') || all('partial_outage'))
    return { indicator: 'major', description: 'overall.partial' }
  if (some('partial_outage')) return { indicator: 'minor', description: 'overall.some_partial' }
  if (all('degraded_performance'))
    return { indicator: 'minor', description: 'overall.all_degraded' }
  if (some('degraded_performance'))
    return { indicator: 'minor', description: 'overall.some_degraded' }
  if (some('under_maintenance'))
    return { indicator: 'maintenance', description: 'overall.maintenance' }
  return { indicator: 'none', description: 'overall.operational' }
}

const impactOf: Record<ComponentStatus, Impact> = {
  operational: 'none',
  under_maintenance: 'maintenance',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
}

/** The component status that an indicator looks like. */
export const statusOfIndicator: Record<Impact, ComponentStatus> = {
  none: 'operational',
  maintenance: 'under_maintenance',
  minor: 'degraded_performance',
  major: 'partial_outage',
  critical: 'major_outage',
}

/** An incident is as grave as the worst it does to a component. */
export function impactOfStatuses(statuses: ComponentStatus[]): Impact {
  const status = worst(statuses)
  return status === 'under_maintenance' ? 'none' : impactOf[status]
}

const impactOrder: Impact[] = ['none', 'maintenance', 'minor', 'major', 'critical']

export function worstImpact(impacts: Impact[]): Impact {
  return impacts.reduce<Impact>(
    (a, b) => (impactOrder.indexOf(b) > impactOrder.indexOf(a) ? b : a),
    'none',
  )
}

export function reachesImpact(impact: Impact, minimum: Impact): boolean {
  return impactOrder.indexOf(impact) >= impactOrder.indexOf(minimum)
}
