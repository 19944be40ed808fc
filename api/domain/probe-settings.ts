import { DomainError } from './error.ts'
import { HOUR, MINUTE, SECOND } from './time.ts'

type Settings = {
  url: string
  intervalMs: number
  recheckMs: number
  timeoutMs: number
  failureThreshold: number
  successThreshold: number
  degradedMs: number | null
}

const rules: [path: string, message: string, holds: (probe: Settings) => boolean][] = [
  [
    'url',
    'must be an http or https URL',
    ({ url }) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''),
  ],
  [
    'url',
    'must not hold a user name or password: use a header',
    ({ url }) => {
      const { username, password } = URL.parse(url) ?? {}
      return !username && !password
    },
  ],
  [
    'interval_ms',
    'must be 1000 to 3600000',
    ({ intervalMs }) => intervalMs >= SECOND && intervalMs <= HOUR,
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
]

/** Refuses settings that contradict each other or could never be asked. */
export function assertProbe(probe: Settings): void {
  const fields = rules
    .filter(([, , holds]) => !holds(probe))
    .map(([path, message]) => ({ path, message }))
  const [first] = fields
  if (first)
    throw new DomainError('invalid', `the probe's ${first.path} ${first.message}`, { fields })
}
