import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../api/domain/time.ts'
import { combine, voiceOf, type Vote } from '../../../api/domain/voting.ts'
import type { ProbeState } from '../../../api/domain/words.ts'

const NOW = 1_000 * MINUTE
const states: Record<string, ProbeState> = { u: 'up', s: 'degraded', d: 'down', '?': 'unknown' }

/** `d-30` says down since 30 seconds; in brackets it was last heard 10 minutes ago. */
function vote(text: string): Vote {
  const [, letter, seconds] = /^\(?([usd?])(?:-(\d+))?\)?$/.exec(text)!
  const heardAt = text.startsWith('(') ? NOW - 10 * MINUTE : NOW - 5 * SECOND
  const since = NOW - Number(seconds ?? 60) * SECOND
  return { state: states[letter!]!, since, heardAt, intervalMs: 30 * SECOND }
}

const votes = (text: string) => text.split(' ').map(vote)

function told(text: string, quorum: number | null, before: ProbeState) {
  const flip = combine(votes(text), quorum, NOW, before)
  return flip === null ? 'stays' : `${flip.to} since ${(NOW - flip.startedAt) / SECOND}`
}

type Row = [string, string, number | null, ProbeState, string]

const table: Row[] = [
  ['a lone region is itself', 'd-30', null, 'up', 'down since 30'],
  ['a lone region is itself when it is slow', 's-30', null, 'down', 'degraded since 30'],
  ['a lone region is itself although it was late', '(d-30)', null, 'up', 'down since 30'],
  ['a lone region that knows nothing', '?', null, 'up', 'stays'],
  ['nothing new', 'u u u', null, 'up', 'stays'],
  ['one of three', 'd u u', null, 'up', 'stays'],
  ['two of three, since both say so', 'd-30 u d-20', null, 'up', 'down since 20'],
  ['three of three, since two say so', 'd-30 d-10 d-20', null, 'up', 'down since 20'],
  ['all are up again, since the second was', 'u-30 u-10 u-20', null, 'down', 'up since 20'],
  ['two of three are up again', 'u-30 d u-20', null, 'down', 'up since 20'],
  ['half is not more than half', 'd u', null, 'up', 'stays'],
  ['half is not enough to be well again', 'd u', null, 'down', 'stays'],
  ['half of four is not enough', 'd d u u', null, 'up', 'stays'],
  ['two that cannot agree at first', 'd u', null, 'unknown', 'stays'],
  ['two that agree at first', 'd-40 d-30', null, 'unknown', 'down since 30'],
  ['nobody has heard anything yet', '? ? ?', null, 'unknown', 'stays'],
  ['nobody was heard lately', '(d) (d) (d)', null, 'up', 'stays'],
  ['who was not heard lately does not count', '(d) (d) u u', null, 'up', 'stays'],
  ['of those heard, more than half', '(u) d-30 d-20', null, 'up', 'down since 20'],
  ['the last one heard speaks alone', '(u) (u) d-30', null, 'up', 'down since 30'],
  ['who knows nothing has no vote', '? d-30 d-20', null, 'up', 'down since 20'],

  ['one of three where one is enough', 'd-30 u u', 1, 'up', 'down since 30'],
  ['and well again only with all of them', 'd u-30 u-20', 1, 'down', 'stays'],
  ['all of them are well', 'u-10 u-30 u-20', 1, 'down', 'up since 10'],
  ['two of three where two are asked for', 'd-30 d-20 u', 2, 'up', 'down since 20'],
  ['one of three where two are asked for', 'd u-30 u-20', 2, 'down', 'up since 20'],
  ['the only one heard where two are asked for', 'd (u) (u)', 2, 'up', 'stays'],
  ['one of two heard where two are asked for', 'd u (d)', 2, 'down', 'stays'],
  ['nobody heard says otherwise', 'u-30 (d) (d)', 2, 'down', 'up since 30'],
  ['two of three where all are asked for', 'd d u', 3, 'up', 'stays'],
  ['one of three is well where all are asked for', 'd d u-20', 3, 'down', 'up since 20'],

  ['two of three are slow', 's-30 s-20 u', null, 'up', 'degraded since 20'],
  ['one is slow and one is down', 's-30 d-20 u', null, 'up', 'degraded since 20'],
  ['one is slow, two are down', 's d-30 d-20', null, 'degraded', 'down since 20'],
  ['one is down still, one is slow, one is up', 'd s-30 u-20', null, 'down', 'degraded since 20'],
  ['one is slow', 's u-30 u-20', null, 'degraded', 'up since 20'],
  ['one is slow, the other down', 's-30 d-20', null, 'up', 'degraded since 20'],
  ['one is slow, the other down, as before', 's-30 d-20', null, 'down', 'stays'],
]

test.each(table)('%s', (_, text, quorum, before, expected) => {
  expect(told(text, quorum, before)).toBe(expected)
})

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const kinds = Object.values(states)

function anything(random: () => number) {
  const pick = (n: number) => Math.floor(random() * n)
  const all = Array.from({ length: 1 + pick(6) }, (): Vote => ({
    state: kinds[pick(4)]!,
    since: NOW - pick(600) * SECOND,
    heardAt: NOW - pick(300) * SECOND,
    intervalMs: 30 * SECOND,
  }))
  const quorum = random() < 0.5 ? null : 1 + pick(all.length)
  return { all, quorum, before: kinds[pick(4)]! }
}

describe('whatever is said', () => {
  const cases = Array.from({ length: 3000 }, (_, seed) => anything(randomFrom(seed)))

  test('its order is irrelevant', () => {
    for (const { all, quorum, before } of cases) {
      const expected = combine(all, quorum, NOW, before)
      expect(combine(all.toReversed(), quorum, NOW, before)).toEqual(expected)
      const shifted = [...all.slice(1), all[0]!]
      expect(combine(shifted, quorum, NOW, before)).toEqual(expected)
    }
  })

  test('said again it changes nothing more', () => {
    for (const { all, quorum, before } of cases) {
      const flip = combine(all, quorum, NOW, before)
      if (flip) expect(combine(all, quorum, NOW, flip.to)).toBeNull()
    }
  })

  test('a worse word never makes it better, nor a better one worse', () => {
    const gravity = { unknown: -1, up: 0, degraded: 1, down: 2 }
    for (const { all, quorum, before } of cases) {
      if (before === 'unknown' || all[0]!.state === 'unknown') continue
      const after = (state: ProbeState) => {
        const flip = combine([{ ...all[0]!, state }, ...all.slice(1)], quorum, NOW, before)
        return gravity[flip?.to ?? before]
      }
      expect(after('up')).toBeLessThanOrEqual(after('degraded'))
      expect(after('degraded')).toBeLessThanOrEqual(after('down'))
    }
  })

  test('one region that goes to and fro changes nothing where the others agree', () => {
    for (const state of ['up', 'degraded', 'down'] as const)
      for (const others of [2, 3, 4, 5])
        for (const flapping of kinds) {
          const steady = Array.from({ length: others }, () => ({ ...vote('u'), state }))
          const all = [...steady, { ...vote('u-3'), state: flapping }]
          expect(combine(all, null, NOW, state)).toBeNull()
        }
  })

  test('down takes as many as were asked for, and begins when the last of them said so', () => {
    for (const { all, quorum, before } of cases) {
      const flip = combine(all, quorum, NOW, before)
      if (flip?.to !== 'down' || quorum === null) continue
      const by = all.filter(({ state, since }) => state === 'down' && since! <= flip.startedAt)
      expect(by.length).toBeGreaterThanOrEqual(quorum)
    }
  })
})

const watch = (state: ProbeState, lastCheckedAt: number | null) => ({ state, lastCheckedAt })

test('the voice of a probe is whoever looked last of those who believe what it does', () => {
  const [early, late, other] = [watch('down', 1), watch('down', 2), watch('up', 3)]
  expect(voiceOf('down', [early, late, other])).toBe(late)
  expect(voiceOf('degraded', [early, late, other])).toBe(other)
  expect(voiceOf('up', [])).toBeUndefined()
})
