import { DAY } from './time.ts'
import { lengthOfUnion, within, type Stretch } from './unions.ts'
import type { Interval } from './uptime.ts'
import type { ComponentStatus } from './words.ts'

/** What is known of an incident without anybody writing it. Instants are epoch milliseconds. */
export type PostmortemFigures = {
  began_at: number
  /** The all-clear, or the end of the work. */
  ended_at: number
  /** When the last of its components worked again. */
  recovered_at: number
  /** From the first failure until a probe or a person noticed; null where nothing measured it. */
  detect_s: number | null
  recover_s: number | null
  /** While at least one of its components was down, in part or in full; or else slowed down. */
  down_s: number
  degraded_s: number
  /** Names, as the page had them. */
  components: string[]
}

export type ReviewFacts = {
  incident: {
    kind: 'incident' | 'maintenance'
    startedAt: number
    createdAt: number
    resolvedAt: number
  }
  /** When probes raised alerts about its components. */
  alertedAt: number[]
  components: { name: string; intervals: Interval[] }[]
}

/** Trouble that began longer before an incident is another story. */
export const EARLIER = DAY

const isDown = (status: ComponentStatus) => status === 'partial_outage' || status === 'major_outage'
const isTrouble = (status: ComponentStatus) => isDown(status) || status === 'degraded_performance'

export function figuresOf({ incident, alertedAt, components }: ReviewFacts): PostmortemFigures {
  const { startedAt, createdAt, resolvedAt } = incident
  const all = components.flatMap(({ intervals }) => intervals)
  const began =
    incident.kind === 'maintenance'
      ? startedAt
      : Math.min(startedAt, ...components.map((one) => beginningOf(one.intervals, startedAt)))
  const lasted = { from: began, until: resolvedAt }
  const stretchesOf = (matches: (status: ComponentStatus) => boolean): Stretch[] =>
    within(
      lasted,
      all
        .filter(({ status }) => matches(status))
        .map(({ startedAt: from, endedAt }) => ({ from, until: endedAt ?? Infinity })),
    )
  const trouble = stretchesOf(isTrouble)
  const down = lengthOfUnion(stretchesOf(isDown))
  const recovered = trouble.length > 0 ? Math.max(...trouble.map(({ until }) => until)) : resolvedAt
  const noticed = Math.min(createdAt, ...alertedAt.filter((at) => at >= began))
  const isMeasured = incident.kind === 'incident' && noticed > began
  return {
    began_at: began,
    ended_at: resolvedAt,
    recovered_at: recovered,
    detect_s: isMeasured ? seconds(noticed - began) : null,
    recover_s: incident.kind === 'incident' ? seconds(recovered - began) : null,
    down_s: seconds(down),
    degraded_s: seconds(lengthOfUnion(trouble) - down),
    components: components.map(({ name }) => name),
  }
}

/** When the trouble of a component began that had not ended at `at`. */
function beginningOf(intervals: Interval[], at: number): number {
  let began = at
  for (const { status, startedAt, endedAt } of intervals.toReversed()) {
    if (startedAt > at) continue
    if (!isTrouble(status) || (endedAt ?? Infinity) < began) break
    began = startedAt
  }
  return at - began > EARLIER ? at : began
}

const seconds = (ms: number) => Math.round(ms / 1000)
