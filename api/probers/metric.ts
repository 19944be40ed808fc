import { formatDuration } from '../domain/duration.ts'
import type { Sample } from '../domain/probe.ts'
import type { MetricQuestion } from '../domain/question.ts'
import type { Asked, Prober } from './prober.ts'
import { news, sampleOf } from './told.ts'

/** Judges a figure that is pushed to us: each value is one sample. */
export const metricProber: Prober<'metric'> = {
  kind: 'metric',
  ask: (asked) => Promise.resolve(look(asked)),
}

function look(asked: Asked<'metric'>): Sample {
  const { report, at, lastCheckedAt } = asked.told
  const freshUntil =
    Math.max(report.measuredAt ?? -Infinity, report.listeningSince) + asked.stale_after_ms
  const value = news(asked.told)?.value
  if (value !== null && value !== undefined && at <= freshUntil) return judge(value, asked)
  if (at > freshUntil) return stale(asked)
  return lastCheckedAt === null
    ? sampleOf('refused', 'waiting for its first value')
    : sampleOf('unchanged', '')
}

function judge(value: number, question: MetricQuestion): Sample {
  const down = beyond(value, question.down_above, question.down_below)
  if (down) return sampleOf('failed', down)
  const degraded = beyond(value, question.degraded_above, question.degraded_below)
  return { ...sampleOf('ok', degraded), degraded: degraded !== '' }
}

/** Which threshold a value has crossed; empty when it has crossed none. */
function beyond(value: number, above: number | null, below: number | null): string {
  if (above !== null && value > above) return `the value is ${value}, above ${above}`
  if (below !== null && value < below) return `the value is ${value}, below ${below}`
  return ''
}

function stale({ told, stale_after_ms, when_stale }: Asked<'metric'>): Sample {
  const { report, at } = told
  const age = formatDuration(at - (report.measuredAt ?? report.listeningSince), 'en')
  const reason = `no value for ${age}; none counts after ${formatDuration(stale_after_ms, 'en')}`
  return { ...sampleOf(when_stale === 'down' ? 'failed' : 'refused', reason), answered: false }
}
