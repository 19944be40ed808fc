import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge } from '../../../api/domain/judging.ts'
import { remember, stateByLatency } from '../../../api/domain/latency-window.ts'
import type { ProbeState } from '../../../api/domain/words.ts'
import { play, rules, samples, unknown } from '../../support/judged.ts'

const set = (latencyPercentile: number, latencyWindow: number) => ({
  ...rules,
  ...unknown,
  latencyPercentile,
  latencyWindow,
})

describe('a percentile of a window is slow', () => {
  test.each([
    ['the median of 3: with 2 of them', set(0.5, 3), 'ossooo', ['up>degraded@2', 'degraded>up@5']],
    ['the 90th of 10: with 2 of them', set(0.9, 10), 'sooooooos', ['up>degraded@8']],
    ['the 90th of 10: not with 1', set(0.9, 10), 'sooooooooooso', []],
    ['the 95th of 20: with 2', set(0.95, 20), 'soooooooooooooooooos', ['up>degraded@19']],
    [
      'the greatest of 4: with 1, until none is left',
      set(1, 4),
      'osoooo',
      ['up>degraded@1', 'degraded>up@5'],
    ],
    ['the only one: with each', set(0.6, 1), 'oso', ['up>degraded@1', 'degraded>up@2']],
    ['the smallest of 5: when all are', set(0.01, 5), 'ssssoosssss', ['up>degraded@10']],
  ])('%s', (_, probe, history, flips) => {
    expect(play(history, probe).flips).toEqual(['unknown>up@0', ...flips])
  })
})

test('usually it is degraded with 3 slow of 5, and healed with 1', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (slow) => {
      let bits = 0
      let state = 'up' as ProbeState
      let latencies: number[] = []
      for (const isSlow of slow) {
        bits = ((bits << 1) | Number(isSlow)) & 0b11111
        const count = bits.toString(2).replaceAll('0', '').length
        const wanted: ProbeState = count >= (state === 'degraded' ? 2 : 3) ? 'degraded' : 'up'
        const sample = isSlow ? samples['s']! : samples['o']!
        latencies = remember(latencies, sample)
        expect(stateByLatency({ ...rules }, state, latencies, sample)).toBe(wanted)
        state = wanted
      }
    }),
  )
})

const said = (degraded: boolean) => ({ ...samples['o']!, latency_ms: null, degraded })

test('what a value is degraded by is its own word, whatever the latency', () => {
  const probe = { ...rules, ...unknown, degradedMs: null }
  for (const degraded of [true, true, true])
    Object.assign(probe, judge(probe, said(degraded), 1_000_000_000_000).belief)
  expect(probe).toMatchObject({ state: 'degraded', latencies: [1, 1, 1] })
})

test('20 latencies are kept, and none from before it was down', () => {
  expect(play('o'.repeat(30)).believed.latencies).toHaveLength(20)
  expect(play('sssfffo').believed.latencies).toEqual([100])
})
