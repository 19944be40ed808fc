import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../../api/domain/time.ts'
import { play, rules, unknown } from '../../support/judged.ts'

const probe = { ...rules, ...unknown }
const begun = ['unknown>up@0', 'up>down@1', 'down>up@4', 'up>down@6']
const fromAndTo = 'o' + 'fffoo'.repeat(2)

describe('a target that goes to and fro', () => {
  test.each([
    ['stays down with its fourth change in half an hour', fromAndTo, begun],
    ['stays down as long as it goes on, hours even', 'o' + 'fffoo'.repeat(200), begun],
    ['stays down while single failures come between', fromAndTo + 'oooof'.repeat(99), begun],
    ['stays down until it was well for 5 minutes', fromAndTo + 'o'.repeat(28), begun],
    [
      'is up then, from its first good answer on',
      fromAndTo + 'o'.repeat(29),
      [...begun, 'down>up@9'],
    ],
    [
      'waits anew after each failure',
      fromAndTo + 'o'.repeat(20) + 'f' + 'o'.repeat(31),
      [...begun, 'down>up@32'],
    ],
    [
      'is down at once whatever came before',
      fromAndTo + 'o'.repeat(29) + 'fff',
      [...begun, 'down>up@9', 'up>down@40'],
    ],
  ])('%s', (_, history, flips) => {
    expect(play(history, probe).flips).toEqual(flips)
  })

  test('between fast and slow stays degraded', () => {
    const often = { ...probe, latencyPercentile: 1, latencyWindow: 1 }
    expect(play('os'.repeat(100), often).flips).toEqual([
      'unknown>up@0',
      'up>degraded@1',
      'degraded>up@2',
      'up>degraded@3',
    ])
  })

  test('says until when it is watched, and forgets it once it is stable', () => {
    const held = play(fromAndTo, probe)
    expect(held.believed).toMatchObject({
      state: 'down',
      flappingUntil: held.times[9]! + 5 * MINUTE,
    })
    expect(play(fromAndTo + 'f'.repeat(20), probe).believed.flappingUntil).toBeNull()
    expect(play(fromAndTo + 'o'.repeat(29), probe).believed.flappingUntil).toBeNull()
  })

  test('only every other half hour is told as it is', () => {
    const seldom = ('fff' + 'o'.repeat(62)).repeat(5)
    expect(play('o' + seldom, probe).flips).toHaveLength(11)
  })

  test('may do so where nothing is to be damped', () => {
    const { flips } = play('o' + 'fffoo'.repeat(9), { ...probe, stableMs: 0 })
    expect(flips).toHaveLength(1 + 18)
  })

  test('is not more stable for a sleep', () => {
    const { flips, believed } = play(fromAndTo + 'oo|oo', probe)
    expect(flips).toEqual(begun)
    expect(believed.state).toBe('down')
  })
})

test('whatever comes, the fourth change in half an hour is for the better only after 5 stable minutes', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[osf]{0,300}$/), (letters) => {
      const { changes } = play(letters, { ...probe, failureThreshold: 1, latencyWindow: 2 })
      const [, ...told] = changes
      for (const { at, to, startedAt } of told) {
        const before = told.filter((other) => other.at < at && other.at > at - 30 * MINUTE)
        if (to === 'up' && before.length >= 3)
          expect(at - startedAt).toBeGreaterThanOrEqual(5 * MINUTE)
      }
    }),
    { numRuns: 200 },
  )
})
