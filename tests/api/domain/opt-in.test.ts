import { expect, test } from 'vitest'
import { answerTo, type Answer, type Known } from '../../../api/domain/opt-in.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../api/domain/time.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const unknown: Known = {
  channel: 'email',
  state: null,
  suppression: null,
  challenges: [],
  remindedAt: null,
}
const ago = (...spans: number[]) => spans.map((span) => now - span)

test.each<[string, Partial<Known>, Answer]>([
  ['a new address is challenged', {}, 'challenge'],
  ['who unsubscribed may come back', { state: 'unsubscribed' }, 'challenge'],
  [
    'a second request within a minute sends nothing',
    { state: 'pending', challenges: ago(59 * SECOND) },
    'keep',
  ],
  [
    'after a minute there is a new challenge',
    { state: 'pending', challenges: ago(MINUTE) },
    'challenge',
  ],
  [
    'a fourth challenge within an hour is not sent',
    { state: 'pending', challenges: ago(2 * MINUTE, 20 * MINUTE, HOUR - 1) },
    'keep',
  ],
  [
    'the hour slides',
    { state: 'pending', challenges: ago(2 * MINUTE, 20 * MINUTE, HOUR) },
    'challenge',
  ],
  [
    'limits hold for who unsubscribed before confirming',
    { state: 'unsubscribed', challenges: ago(SECOND) },
    'silence',
  ],
  ['an active subscriber is reminded by mail', { state: 'active' }, 'remind'],
  ['at most once a day', { state: 'active', remindedAt: now - DAY + 1 }, 'silence'],
  ['and again the next day', { state: 'active', remindedAt: now - DAY }, 'remind'],
  ['never by SMS', { channel: 'sms', state: 'active' }, 'silence'],
  ['STOP is final', { suppression: { reason: 'stop', at: 0 } }, 'silence'],
  [
    'so is a complaint',
    { state: 'unsubscribed', suppression: { reason: 'complaint', at: 0 } },
    'silence',
  ],
  ['so is the word of an operator', { suppression: { reason: 'manual', at: 0 } }, 'silence'],
  ['and the word of the provider', { suppression: { reason: 'provider', at: 0 } }, 'silence'],
  [
    'an address that failed rests for a day',
    { suppression: { reason: 'bounce', at: now - DAY + 1 } },
    'silence',
  ],
  [
    'and may then be tried again',
    { suppression: { reason: 'bounce', at: now - DAY } },
    'challenge',
  ],
])('%s', (_, known, answer) => {
  expect(answerTo({ ...unknown, ...known }, now)).toBe(answer)
})
