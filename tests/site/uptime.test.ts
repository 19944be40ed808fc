import { expect, test } from 'vitest'
import { strokesOf, tellUptime } from '../../site/uptime.ts'
import { voiceOf } from '../../site/voice.ts'
import { runs } from './fixtures.ts'

const voice = voiceOf({ locale: 'en', time_zone: 'Etc/UTC' })

test('90 equal days are one stroke', () => {
  expect(strokesOf(runs(), voice)).toEqual([
    { status: 'operational', path: 'M0 19H359', title: null },
  ])
})

test('a bad day stands alone between its neighbours and carries its words', () => {
  const strokes = strokesOf(runs({ 1: { status: 'major_outage', major_s: 600 } }), voice)
  expect(strokes.map(({ path }) => path)).toEqual(['M0 19H351', 'M352 12H355', 'M356 19H359'])
  expect(strokes[1]!.title).toBe('20 November 2026: Major outage, 10 min')
})

test('two bad days in a row carry their own words', () => {
  const bad = { status: 'partial_outage', partial_s: 90 } as const
  expect(strokesOf(runs({ 4: bad, 5: bad }), voice).filter(({ title }) => title)).toHaveLength(2)
})

test('without any figure the sentence says so', () => {
  expect(tellUptime(runs(), null, voice)).toBe('No figures yet')
})

test.each([
  [100, '100%'],
  [99.999, '99.99%'],
  [99.5, '99.5%'],
  [0, '0%'],
])('an uptime of %f reads %s', (value, words) => {
  expect(voice.percent(value)).toBe(words)
})

test.each([
  [1, '1 min'],
  [59, '1 min'],
  [720, '12 min'],
  [3_900, '1 hr 5 min'],
  [86_400, '1 day'],
  [180_060, '2 days 2 hr'],
])('%i seconds read %s', (seconds, words) => {
  expect(voice.duration(seconds)).toBe(words)
})
