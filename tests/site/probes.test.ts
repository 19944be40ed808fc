import { describe, expect, test } from 'vitest'
import type { ProbeView } from '../../api/routes/probe-views.ts'
import { humanOf, slowCountOf } from '../../site/probe-form.ts'
import { filterProbes, pageOf, sortProbes } from '../../site/probes.ts'
import { drawSparkline, lineWidth, saySparkline } from '../../site/sparkline.ts'
import { operatorVoiceOf } from '../../site/voice.ts'

const voice = operatorVoiceOf({ locale: 'de', time_zone: 'Etc/UTC' })
const now = '2026-11-21T12:00:00.000Z'
const hoursAgo = (hours: number) => new Date(Date.parse(now) - hours * 3_600_000).toISOString()

describe('a mistake is told in the words of the form', () => {
  test.each([
    ['interval_ms', 'must be 1000 to 86400000', 'must be 1 s to 1 day'],
    ['confirm_ms', 'must be 0 to 3600000', 'must be 0 s to 1 h'],
    [
      'recheck_ms',
      'must be at least 100 and at most interval_ms',
      'must be at least 100 ms and at most “Asked every”',
    ],
    ['watch_ms', 'must be such as 30 s, 5 min or 1 h', 'must be such as 30 s, 5 min or 1 h'],
    ['port', 'must be 1 to 65535', 'must be 1 to 65535'],
    [
      'down_above',
      'must not be less than degraded_above',
      'must not be less than “Degraded above”',
    ],
    ['when_stale', 'must be one of no_data, down', 'must be one of no_data, down'],
  ])('%s: %s', (path, message, told) => {
    expect(humanOf({ path, message }, voice)).toBe(told)
  })
})

test.each([
  [0.6, 5, 3],
  [0.95, 20, 2],
  [1, 20, 1],
  [0.5, 2, 2],
  [0.01, 5, 5],
])('the percentile %s of %i answers is exceeded by %i slow ones', (share, window, count) => {
  const probe = { latency_percentile: share, latency_window: window }
  expect(slowCountOf(probe)).toBe(count)
})

const point = (hours: number, average_ms: number | null, failed = 0) => ({
  at: hoursAgo(hours),
  average_ms,
  ok: 10,
  failed,
})

describe('the line of a day', () => {
  test('is drawn from zero, with a gap where nobody looked and a tick where checks failed', () => {
    const points = [point(24, 100), point(23, 200), point(20, 50, 3), point(1, null, 1)]
    const { line, failures } = drawSparkline(points, now)
    expect(line).toBe('M0 10L5 2M20 14')
    expect(failures).toBe(`M20 20v4M${lineWidth - 5} 20v4`)
    expect(saySparkline(points, voice)).toBe('Last 24 hours: 50 ms to 200 ms, 4 checks failed')
  })

  test('of a probe that nobody asked is empty', () => {
    expect(drawSparkline([], now)).toEqual({ line: '', failures: '' })
    expect(saySparkline([], voice)).toBe('Last 24 hours: no answer was timed, no check failed')
  })
})

const probe = (key: string, given: Partial<ProbeView> = {}) =>
  ({
    key,
    kind: 'http',
    url: `https://${key}.example/`,
    state: 'up',
    paused: false,
    ...given,
  }) as ProbeView

describe('a long list', () => {
  test('begins with what fails and ends with what is paused', () => {
    const probes = [
      probe('paused', { paused: true, state: 'unknown' }),
      probe('up-b'),
      probe('new', { state: 'unknown' }),
      probe('up-a'),
      probe('slow', { state: 'degraded' }),
      probe('down', { state: 'down' }),
    ]
    const keys = sortProbes(probes).map(({ key }) => key)
    expect(keys).toEqual(['down', 'slow', 'new', 'up-a', 'up-b', 'paused'])
    const found = (query: string) =>
      filterProbes(probes, new URLSearchParams(query), voice).map(({ key }) => key)
    expect(found('state=failing')).toEqual(['slow', 'down'])
    expect(found('state=paused')).toEqual(['paused'])
    expect(found('search=UP-A.EX')).toEqual(['up-a'])
  })

  test('is shown 50 at a time, and a page beyond the last is the last', () => {
    const probes = Array.from({ length: 120 }, (_, i) => probe(`p${i}`))
    expect(pageOf(probes, new URLSearchParams())).toMatchObject({ page: 1, pages: 3 })
    const last = pageOf(probes, new URLSearchParams('page=9'))
    expect(last.page).toBe(3)
    expect(last.shown).toHaveLength(20)
  })
})
