import { describe, expect, test } from 'vitest'
import {
  afterAttempt,
  isTooLate,
  ofOneAddress,
  signOf,
  type Attempt,
} from '../../../api/domain/attempt.ts'
import type { Outcome } from '../../../api/domain/delivery.ts'
import { HOUR, MINUTE, SECOND } from '../../../api/domain/time.ts'

const now = 1_000_000
const why = { code: 'why', reason: 'because' }
const first: Attempt = { attempts: 0, members: 1, first: true }
const repeated: Attempt = { attempts: 2, members: 1, first: false }
const retries = [5 * SECOND, 5 * MINUTE]

const deferred = (wait?: number): Outcome => ({ kind: 'deferred', ...why, retry_after_ms: wait })
const uncertain = (wait?: number): Outcome => ({ kind: 'uncertain', ...why, retry_after_ms: wait })
const closed: Outcome = { kind: 'closed', ...why }
const throttled: Outcome = { kind: 'throttled', ...why, retry_after_ms: 7 * SECOND }

/** With a random of 0.5. */
const again = (inMs: number, attempts: number, touchedWire: boolean) => ({
  kind: 'again',
  notBefore: now + inMs,
  attempts,
  touchedWire,
  ...why,
})

describe('what becomes of a batch after one request', () => {
  test.each<[string, Attempt, Outcome, object]>([
    ['an answer is the end of it', first, { kind: 'answered', results: [] }, { kind: 'done' }],
    [
      'another payload under its key is never resent',
      repeated,
      { kind: 'drifted', ...why },
      { kind: 'unknown' },
    ],
    [
      'one that is refused has failed',
      first,
      { kind: 'refused', ...why },
      { kind: 'failed', ...why },
    ],
    [
      'many that are refused at first are tried one by one',
      { ...first, members: 9 },
      { kind: 'refused', ...why },
      { kind: 'split' },
    ],
    [
      'many that are refused later may have been accepted',
      { ...repeated, members: 9 },
      { kind: 'refused', ...why },
      { kind: 'unknown' },
    ],
    ['throttled at first, its members wait again', first, throttled, { kind: 'released', why }],
    ['closed at first, its members wait again', first, closed, { kind: 'released', why }],
    ['throttled later, it stays as it is', repeated, throttled, again(7 * SECOND, 2, true)],
    ['closed later, it stays as it is', repeated, closed, again(0, 2, true)],

    ['uncertain, it is repeated after full jitter', first, uncertain(), again(SECOND, 1, true)],
    ['uncertain again, after twice the time', repeated, uncertain(), again(4 * SECOND, 3, true)],
    ['uncertain, not before the provider said', first, uncertain(MINUTE), again(MINUTE, 1, true)],
    [
      'uncertain with a schedule, by the schedule',
      { ...first, retries },
      uncertain(),
      again(5_250, 1, true),
    ],
    [
      'uncertain after its schedule, it stays so',
      { ...repeated, retries },
      uncertain(),
      { kind: 'unknown', ...why },
    ],
    [
      'uncertain where nobody can look, it stays so at once',
      { ...first, unverifiable: true },
      uncertain(),
      { kind: 'unknown', code: 'unverifiable', reason: expect.stringContaining('because') },
    ],

    [
      'deferred, it steps back after full jitter and was never sent',
      first,
      deferred(),
      again(SECOND, 1, false),
    ],
    ['deferred, not before the receiver said', first, deferred(HOUR), again(HOUR, 1, false)],
    [
      'deferred after it may have been accepted, it stays sticky',
      repeated,
      deferred(),
      again(4 * SECOND, 3, true),
    ],
    [
      'deferred with a schedule, by the schedule',
      { ...first, retries },
      deferred(),
      again(5_250, 1, false),
    ],
    [
      'deferred a second time, by its second step',
      { ...first, attempts: 1, retries },
      deferred(),
      again(315 * SECOND, 2, false),
    ],
    [
      'deferred after its schedule, it is given up',
      { ...first, attempts: 2, retries },
      deferred(),
      { kind: 'dead', ...why },
    ],
    [
      'deferred after its schedule, though it may have been accepted',
      { ...repeated, retries },
      deferred(),
      { kind: 'unknown', ...why },
    ],
  ])('%s', (_sentence, attempt, outcome, next) => {
    expect(afterAttempt(attempt, outcome, now, 0.5)).toMatchObject(next)
  })

  test('a step back is never none', () => {
    expect(afterAttempt(first, deferred(), now, 0)).toMatchObject({ notBefore: now + SECOND })
  })
})

test.each<[string, Outcome, object]>([
  ['a refused account', closed, { kind: 'refusing', pauseMs: 30 * SECOND }],
  ['one that says when', { ...closed, retry_after_ms: HOUR }, { kind: 'refusing', pauseMs: HOUR }],
  ['a lost answer', uncertain(), { kind: 'silent' }],
  ['a deferred message says nothing of others', deferred(HOUR), { kind: 'none' }],
  ['too fast', throttled, { kind: 'slowing', pauseMs: 7 * SECOND }],
  ['an answer', { kind: 'answered', results: [] }, { kind: 'well' }],
  ['a refused request', { kind: 'refused', ...why }, { kind: 'well' }],
])('what it says of the provider: %s', (_sentence, outcome, sign) => {
  expect(signOf(outcome)).toEqual(sign)
})

test('what one address says of all messages holds for its own alone', () => {
  expect([throttled, closed].map((outcome) => ofOneAddress(outcome).kind)).toEqual([
    'deferred',
    'deferred',
  ])
  expect(ofOneAddress(throttled)).toMatchObject({ retry_after_ms: 7 * SECOND, ...why })
  expect(ofOneAddress(uncertain())).toEqual(uncertain())
})

test.each([
  ['a moment ago', 0, HOUR, false],
  ['almost a day ago', -23 * HOUR, HOUR, false],
  ['longer ago than its key is kept', -23 * HOUR - 1, HOUR, true],
  ['when all it says is stale', 0, 0, true],
])('a request sent %s', (_sentence, sent, expires, late) => {
  expect(isTooLate(now + sent, now + expires, now)).toBe(late)
})
