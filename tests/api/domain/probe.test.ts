import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge, withhold } from '../../../api/domain/judging.ts'
import { nextSlot } from '../../../api/domain/slots.ts'
import { MINUTE, SECOND } from '../../../api/domain/time.ts'
import { play, rules, samples, unknown } from '../../support/judged.ts'

describe('a probe flips', () => {
  test.each([
    ['up with the first good answer', 'o', ['unknown>up@0']],
    ['not after too few failures', 'off', ['unknown>up@0']],
    ['not when failures are not in a row', 'offoffoffo', ['unknown>up@0']],
    [
      'down after three in a row, from the first of them on',
      'ofofff',
      ['unknown>up@0', 'up>down@3'],
    ],
    ['down when it never answered at all', 'ttt', ['unknown>down@0']],
    ['only once while it stays down', 'ffffffff', ['unknown>down@0']],
    ['not up again after one success', 'fffof', ['unknown>down@0']],
    [
      'up after two in a row, from the first of them on',
      'fffofoo',
      ['unknown>down@0', 'down>up@5'],
    ],
    ['degraded when 3 of 5 are slow', 'osooss', ['unknown>up@0', 'up>degraded@5']],
    ['not degraded when 2 of 5 are', 'ososooosos', ['unknown>up@0']],
    ['not back while 2 of the last 5 are slow', 'osssooo', ['unknown>up@0', 'up>degraded@3']],
    [
      'back when 1 of the last 5 is',
      'osssoooo',
      ['unknown>up@0', 'up>degraded@3', 'degraded>up@7'],
    ],
    ['down from degraded', 'osssfff', ['unknown>up@0', 'up>degraded@3', 'degraded>down@4']],
    [
      'not to and fro when every other answer is slow',
      'osososososos',
      ['unknown>up@0', 'up>degraded@5'],
    ],
    ['never for what we refuse to ask', 'orrrrrr', ['unknown>up@0']],
    ['by failures that a refusal stands between', 'offrf', ['unknown>up@0', 'up>down@1']],
    ['not by failures that a sleep stands between', 'off|f', ['unknown>up@0']],
    ['down after a sleep only by as many failures as ever', 'o|fff', ['unknown>up@0', 'up>down@1']],
    ['not up by successes that a sleep stands between', 'fffo|o', ['unknown>down@0']],
    ['not when the clock is set back', 'ooo<ooo', ['unknown>up@0']],
    ['not when the clock is set ahead', 'ooo>ooo', ['unknown>up@0']],
    ['not by failures before and after the clock was set back', 'off<f', ['unknown>up@0']],
    ['not by failures before and after it was set ahead', 'off>f', ['unknown>up@0']],
    ['down as ever once the clock was set', 'of<fff', ['unknown>up@0', 'up>down@2']],
  ])('%s', (_, history, flips) => {
    expect(play(history).flips).toEqual(flips)
  })

  test('never by latency where none is set', () => {
    expect(play('ssssss', { ...rules, ...unknown, degradedMs: null }).flips).toEqual([
      'unknown>up@0',
    ])
  })
})

describe('down is confirmed', () => {
  const slowly = { ...rules, ...unknown, confirmMs: 45 * SECOND }
  test.each([
    ['not before the first failure is long enough ago', 'offff', ['unknown>up@0']],
    ['then, from the first failure on', 'offffff', ['unknown>up@0', 'up>down@1']],
    ['not when a good answer came meanwhile', 'offffofff', ['unknown>up@0']],
    ['not when a sleep came meanwhile', 'offff|fff', ['unknown>up@0']],
  ])('%s', (_, history, flips) => {
    expect(play(history, slowly).flips).toEqual(flips)
  })
})

test('a refusal changes nothing but the reason', () => {
  const { believed } = play('of')
  const verdict = judge(believed, samples['r']!, believed.lastCheckedAt! + 10 * SECOND)
  expect({ ...believed, ...verdict.belief }).toEqual({
    ...believed,
    lastReason: samples['r']!.reason,
  })
})

test('time that nobody looked is told as a gap, from the slot that was missed', () => {
  const before = play('o')
  const slept = judge(before.believed, samples['o']!, before.times[0]! + 5 * MINUTE)
  expect(slept.gap).toEqual({
    from: before.times[0]! + 30 * SECOND,
    to: before.times[0]! + 5 * MINUTE,
  })
  expect(judge(before.believed, samples['o']!, before.times[0]! + 2 * MINUTE).gap).toBeNull()
})

const gaps = (history: string) => {
  const { times, at } = play(history)
  return [...times, at].map((time, i, all) => (i === 0 ? 0 : time - all[i - 1]!)).slice(1)
}

describe('the next check', () => {
  test('comes every interval, in the same phase', () => {
    expect(gaps('oooooo').slice(1)).toEqual(Array.from({ length: 5 }, () => 30 * SECOND))
  })
  test('comes sooner while failing', () => {
    expect(gaps('ooff').slice(-2)).toEqual([10 * SECOND, 10 * SECOND])
  })
  test('comes sooner while recovering', () => {
    expect(gaps('offfffo').at(-1)).toBe(10 * SECOND)
  })
  test('comes at the usual pace while it stays down', () => {
    expect(gaps('offfff').at(-1)).toBe(30 * SECOND)
  })
  test('never drifts, however late a check was', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.integer({ min: 1000, max: 3_600_000 }),
        fc.integer({ min: 1_500_000_000_000, max: 2_000_000_000_000 }),
        fc.double({ min: 0, max: 0.49, noNaN: true }),
        (id, interval, start, late) => {
          const slot = nextSlot(id, interval, start)
          expect(slot - start).toBeGreaterThan(interval / 2 - 1)
          expect(slot - start).toBeLessThanOrEqual(1.5 * interval)
          expect(nextSlot(id, interval, slot + Math.floor(late * interval))).toBe(slot + interval)
        },
      ),
    )
  })
  test('is spread evenly over the interval for many probes', () => {
    const start = 1_000_000_000_000
    const perSecond = Array.from({ length: 30 }, () => 0)
    for (let i = 0; i < 3000; i++) {
      const phase = nextSlot(`probe-${i}`, 30 * SECOND, start) % (30 * SECOND)
      perSecond[Math.floor(phase / SECOND)]!++
    }
    expect(Math.max(...perSecond)).toBeLessThan(150)
    expect(Math.min(...perSecond)).toBeGreaterThan(60)
  })
})

describe('whatever comes', () => {
  const history = fc.stringMatching(/^[osftr|]{0,60}$/)

  test('a probe is down only after threshold failures in a row since it last slept', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 5 }), (letters, failureThreshold) => {
        const probe = { ...rules, ...unknown, failureThreshold }
        for (const [i, letter] of [...letters].entries()) {
          const { flips } = play(letters.slice(0, i + 1), probe)
          const fell = flips.length > play(letters.slice(0, i), probe).flips.length
          if (letter === '|' || !fell || !flips.at(-1)!.includes('>down')) continue
          const told = letters.slice(0, i + 1).replaceAll('r', '')
          expect(told).toMatch(new RegExp(`[ft]{${failureThreshold}}$`))
        }
      }),
    )
  })

  test('flips form a chain, and what begins never begins after it was noticed', () => {
    fc.assert(
      fc.property(history, (letters) => {
        let state = 'unknown'
        for (const flip of play(letters).flips) {
          const [, from, to, since] = /^(\w+)>(\w+)@(-?\d+)$/.exec(flip)!
          expect(from).toBe(state)
          expect(Number(since)).toBeGreaterThanOrEqual(0)
          state = to!
        }
        expect(play(letters).believed.state).toBe(state)
      }),
    )
  })
})

test('a verdict that is withheld keeps everything: state and streak stay as they were', () => {
  const { believed, at } = play('ott')
  const verdict = withhold(believed, 'no verdict', at)
  expect(verdict.flip).toBeNull()
  expect(verdict.nextAt).toBe(at + 10 * SECOND)
  const { state, failures, streakStartedAt } = believed
  expect(verdict.belief).toMatchObject({ state, failures, streakStartedAt, lastCheckedAt: at })
})
