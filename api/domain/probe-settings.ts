import { DomainError } from './error.ts'
import { LONGEST_WINDOW } from './latency-window.ts'
import { complaintsAbout } from './question-rules.ts'
import { isAsked, type Question } from './question.ts'
import { regionName } from './region.ts'
import { DAY, HOUR, MINUTE, SECOND } from './time.ts'

/** More would make each flip wait for more of them, and tell nothing new. */
const MOST_REGIONS = 10

type Settings = {
  question: Question
  intervalMs: number
  recheckMs: number
  timeoutMs: number
  failureThreshold: number
  successThreshold: number
  confirmMs: number
  stableMs: number
  degradedMs: number | null
  latencyPercentile: number
  latencyWindow: number
  watchMs: number
  regions: string[]
  quorum: number | null
}

const rules: [path: string, message: string, holds: (probe: Settings) => boolean][] = [
  [
    'interval_ms',
    'must be 1000 to 86400000',
    ({ intervalMs }) => intervalMs >= SECOND && intervalMs <= DAY,
  ],
  [
    'interval_ms',
    'must be at most 300000: looking up what was told asks nobody',
    ({ intervalMs, question }) => intervalMs <= 5 * MINUTE || isAsked(question.kind),
  ],
  [
    'recheck_ms',
    'must be at least 100 and at most interval_ms',
    ({ recheckMs, intervalMs }) => recheckMs >= 100 && recheckMs <= intervalMs,
  ],
  [
    'timeout_ms',
    'must be at least 100, at most 60000 and at most interval_ms',
    ({ timeoutMs, intervalMs }) => timeoutMs >= 100 && timeoutMs <= Math.min(intervalMs, MINUTE),
  ],
  ['failure_threshold', 'must be at least 1', ({ failureThreshold }) => failureThreshold >= 1],
  ['success_threshold', 'must be at least 1', ({ successThreshold }) => successThreshold >= 1],
  [
    'degraded_ms',
    'must be above 0, or null for never',
    ({ degradedMs }) => degradedMs === null || degradedMs > 0,
  ],
  [
    'degraded_ms',
    'must be null: nobody is asked, so nothing is slow',
    ({ degradedMs, question }) => degradedMs === null || isAsked(question.kind),
  ],
  [
    'latency_percentile',
    'must be above 0 and at most 1, such as 0.6',
    ({ latencyPercentile }) => latencyPercentile > 0 && latencyPercentile <= 1,
  ],
  [
    'latency_window',
    `must be 1 to ${LONGEST_WINDOW} answers`,
    ({ latencyWindow }) => latencyWindow >= 1 && latencyWindow <= LONGEST_WINDOW,
  ],
  ['confirm_ms', 'must be 0 to 3600000', ({ confirmMs }) => confirmMs >= 0 && confirmMs <= HOUR],
  [
    'stable_ms',
    'must be 0 to 3600000; 0 lets it flap',
    ({ stableMs }) => stableMs >= 0 && stableMs <= HOUR,
  ],
  [
    'regions',
    `must be at most ${MOST_REGIONS} different names such as eu-west: a-z, 0-9 and -`,
    ({ regions }) =>
      new Set(regions).size === regions.length &&
      regions.length <= MOST_REGIONS &&
      regions.every((region) => regionName.test(region)),
  ],
  [
    'regions',
    'must be empty: nobody is asked, whoever calls tells us here',
    ({ regions, question }) => regions.length === 0 || isAsked(question.kind),
  ],
  [
    'quorum',
    'must be 1 to the number of regions, or null for more than half of those heard',
    ({ quorum, regions }) =>
      quorum === null || (quorum >= 1 && quorum <= Math.max(1, regions.length)),
  ],
  ['watch_ms', 'must be 0 to 86400000', ({ watchMs }) => watchMs >= 0 && watchMs <= DAY],
]

/** Refuses settings that contradict each other or could never be asked. */
export function assertProbe(probe: Settings): void {
  const fields = [
    ...complaintsAbout(probe.question),
    ...rules.filter(([, , holds]) => !holds(probe)).map(([path, message]) => ({ path, message })),
  ]
  const [first] = fields
  if (first)
    throw new DomainError('invalid', `the probe's ${first.path} ${first.message}`, { fields })
}
