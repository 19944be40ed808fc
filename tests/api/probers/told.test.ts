import { describe, expect, test } from 'vitest'
import { heartbeatProber } from '../../../api/probers/heartbeat.ts'
import { metricProber } from '../../../api/probers/metric.ts'
import type { Told } from '../../../api/probers/prober.ts'
import { MINUTE } from '../../../api/domain/time.ts'
import { asked } from './asking.ts'

type Situation = Partial<Told['report']> & Partial<Omit<Told, 'report'>>

const minutes = (number: number | null | undefined) => (number ?? null) && number! * MINUTE

/** Minutes since it was made; looked at a minute ago unless said otherwise. */
function told({ at = 60, lastCheckedAt = at - 1, ...report }: Situation): Told {
  const receivedAt = minutes(report.receivedAt)
  return {
    at: at * MINUTE,
    lastCheckedAt: minutes(lastCheckedAt),
    report: {
      receivedAt,
      measuredAt: minutes(report.measuredAt) ?? receivedAt,
      isGood: report.isGood ?? true,
      message: report.message ?? '',
      value: report.value ?? null,
      listeningSince: (report.listeningSince ?? 0) * MINUTE,
    },
  }
}

describe('a job that calls every 10 minutes, with a minute of grace', () => {
  const question = asked('heartbeat', { every_ms: 10 * MINUTE, grace_ms: MINUTE })

  test.each<[string, Situation, string, string]>([
    ['has called', { receivedAt: 59.5 }, 'ok', ''],
    ['has called before the last look', { receivedAt: 55 }, 'unchanged', ''],
    ['calls while we look', { receivedAt: 60 }, 'unchanged', ''],
    ['has called while we looked last', { receivedAt: 59 }, 'ok', ''],
    ['may still call', { receivedAt: 49 }, 'unchanged', ''],
    [
      'is late',
      { receivedAt: 48.9 },
      'failed',
      'no call for 11 minutes since the last one; one is due every 10 minutes',
    ],
    [
      'says that it failed',
      { receivedAt: 59.5, isGood: false, message: 'disk\nfull' },
      'failed',
      'the job says that it failed: disk full',
    ],
    [
      'has never called, and need not have',
      { at: 10, lastCheckedAt: null },
      'refused',
      'waiting for its first call',
    ],
    [
      'has never called',
      { at: 12, lastCheckedAt: null },
      'failed',
      'no call for 12 minutes since we listen; one is due every 10 minutes',
    ],
    [
      'called before the probe was resumed',
      { receivedAt: 40, listeningSince: 55, lastCheckedAt: null },
      'refused',
      'waiting for its first call',
    ],
    [
      'may have called while nobody listened',
      { receivedAt: 20, listeningSince: 59 },
      'unchanged',
      '',
    ],
    [
      'has not called since somebody listens again',
      { receivedAt: 20, listeningSince: 48 },
      'failed',
      'no call for 40 minutes since the last one; one is due every 10 minutes',
    ],
    [
      'was not due while nobody listened',
      { receivedAt: 48.5, listeningSince: 58 },
      'failed',
      expect.stringContaining('no call for 12 minutes') as never,
    ],
  ])('%s', async (_, situation, outcome, reason) => {
    const sample = await heartbeatProber.ask({ ...question, told: told(situation) })
    expect(sample).toMatchObject({ outcome, reason, latency_ms: null, status: null })
  })
})

describe('a value that is degraded from 5 and down from 10, good for 10 minutes', () => {
  const limits = { degraded_above: 5, down_above: 10, degraded_below: 1, down_below: 0 }
  const question = (when_stale: 'no_data' | 'down' = 'no_data') =>
    asked('metric', { ...limits, stale_after_ms: 10 * MINUTE, when_stale })

  test.each<[string, Situation, object]>([
    ['is good', { receivedAt: 59.5, value: 5 }, { outcome: 'ok', degraded: false, reason: '' }],
    [
      'is degraded',
      { receivedAt: 59.5, value: 5.5 },
      { outcome: 'ok', degraded: true, reason: 'the value is 5.5, above 5' },
    ],
    [
      'is degraded below',
      { receivedAt: 59.5, value: 0.5 },
      { outcome: 'ok', degraded: true, reason: 'the value is 0.5, below 1' },
    ],
    [
      'is down',
      { receivedAt: 59.5, value: 12 },
      { outcome: 'failed', reason: 'the value is 12, above 10' },
    ],
    [
      'is down below',
      { receivedAt: 59.5, value: -1 },
      { outcome: 'failed', reason: 'the value is -1, below 0' },
    ],
    ['counts once', { receivedAt: 58, value: 12 }, { outcome: 'unchanged' }],
    [
      'has not come yet',
      { at: 5, lastCheckedAt: null },
      { outcome: 'refused', reason: 'waiting for its first value' },
    ],
    [
      'is old',
      { receivedAt: 45, value: 3 },
      { outcome: 'refused', reason: 'no value for 15 minutes; none counts after 10 minutes' },
    ],
    [
      'was old when it came',
      { receivedAt: 59.5, measuredAt: 30, value: 3 },
      { outcome: 'refused' },
    ],
    [
      'may have come while nobody listened',
      { receivedAt: 45, value: 3, listeningSince: 55 },
      { outcome: 'unchanged' },
    ],
  ])('%s', async (_, situation, expected) => {
    expect(await metricProber.ask({ ...question(), told: told(situation) })).toMatchObject(expected)
  })

  test('is down without news where that is wished', async () => {
    const old = { receivedAt: 45, value: 3 }
    expect(await metricProber.ask({ ...question('down'), told: told(old) })).toMatchObject({
      outcome: 'failed',
      answered: false,
    })
  })
})
