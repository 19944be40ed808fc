import { allClearText } from './all-clear-words.ts'
import type { AllClear } from './incident.ts'
import { percentileOf, type Bucket } from './latency.ts'
import type { TemplateWords } from './template.ts'
import { MINUTE } from './time.ts'
import { isLooking, lookedSince, type Watcher } from './watching.ts'
import type { AllClearWay, ComponentStatus, Impact } from './words.ts'

/** An incident that a probe opened, with all that has a say in whether it is over. Instants are epoch milliseconds. */
export type AllClearFacts = {
  page: { name: string; locale: string; timeZone: string }
  incident: {
    name: string
    impact: Impact
    draft: boolean
    startedAt: number
    resolvedAt: number | null
  }
  /** How the page shows what the incident names: by probes, operators and other incidents together. */
  components: { name: string; status: ComponentStatus; since: number }[]
  /** The probe that opened it; null when it looks no more. */
  opener: (Watcher & { watchMs: number; closing: TemplateWords | null }) | null
  /** The other probes of what it names, unless they are paused. */
  others: Watcher[]
  /** All their answers while it lasted. */
  answers: Bucket
  /** Looks before that are not told: by then it was watched for long enough. */
  looksSince: number
}

/** The all-clear with its numbers, for an operator to give. */
export type Proposal = {
  began: number
  ended: number
  minutes: number
  /** Since when it is proposed. */
  since: number
  checks: number
  failed: number
  /** 0 to 100; null where nothing was asked. */
  errorRate: number | null
  /** Of good answers; null without any that took time. */
  slowestMs: number | null
  p95Ms: number | null
  components: string[]
  /** A draft: it began and ended, and nobody outside heard of it. */
  isUntold: boolean
  /** The cause is left to whoever knows it. */
  text: Omit<AllClear, 'postmortem_url'>
}

/** The all-clear that is due: all has been well, and was looked at, for the watching time. Null while it is not. */
export function proposalOf(facts: AllClearFacts, now: number): Proposal | null {
  const { incident, components, answers } = facts
  const ended = wellSince(facts)
  const since = ended === null ? null : watchedSince(facts, ended, now)
  if (ended === null || since === null) return null
  const began = incident.startedAt
  const checks = answers.ok + answers.failed
  return {
    began,
    ended,
    minutes: Math.max(1, Math.round((ended - began) / MINUTE)),
    since,
    checks,
    failed: answers.failed,
    errorRate: checks === 0 ? null : Math.round((answers.failed / checks) * 1e5) / 1e3,
    slowestMs: answers.histogram.length === 0 ? null : answers.latencyMax,
    p95Ms: percentileOf(answers, 0.95),
    components: components.map(({ name }) => name),
    isUntold: incident.draft,
    text: allClearText(facts, { began, ended, checks, failed: answers.failed }),
  }
}

/**
 * Since when everything that the incident names has been well by every word; null while anything is not. What goes to and
 * fro is not. Probes without a verdict have no say, but the one that opened the incident must have one.
 */
export function wellSince({ incident, components, opener, others }: AllClearFacts): number | null {
  if (incident.resolvedAt !== null || opener?.state !== 'up') return null
  const heard = [opener, ...others].filter(({ state }) => state !== 'unknown')
  const isWell =
    components.every(({ status }) => status === 'operational') &&
    heard.every(({ state, flappingUntil }) => state === 'up' && flappingUntil === null)
  if (!isWell) return null
  return Math.max(
    incident.startedAt,
    ...components.map(({ since }) => since),
    ...heard.map(({ stateSince }) => stateSince ?? 0),
  )
}

/** When the watching time was over; null before that. A hole in which nobody looked begins it anew. */
function watchedSince(facts: AllClearFacts, ended: number, now: number): number | null {
  const { opener, others, looksSince } = facts
  const from = Math.max(ended, looksSince)
  const heard = [opener!, ...others].filter(({ state }) => state !== 'unknown')
  if (!heard.every((watcher) => isLooking(watcher, now))) return null
  const looked = Math.max(...heard.map((watcher) => lookedSince(watcher, from)))
  const since = looked === from ? ended : looked
  const until = Math.min(...heard.map(({ lastCheckedAt }) => lastCheckedAt!))
  const over = since + opener!.watchMs
  return until >= over ? over : null
}

/** Who has a part in an incident, as far as it decides whether its all-clear is given without asking. */
export type Speakers = {
  way: AllClearWay
  opensIncident: 'no' | 'draft' | 'public'
  draft: boolean
  /** Who wrote its updates, and who changed it. */
  authors: string[]
  changedBy: string[]
}

/** Only what a probe told the public in its own name is taken back in its own name. */
export function speaksForItself(speakers: Speakers): boolean {
  const { way, opensIncident, draft, authors, changedBy } = speakers
  return (
    way === 'auto' &&
    opensIncident === 'public' &&
    !draft &&
    [...authors, ...changedBy].every((who) => who === 'probe')
  )
}
