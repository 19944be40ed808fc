import { expect, test } from 'vitest'
import {
  answerTo,
  askingAgainRefusal,
  untilNextChallenge,
  type Answer,
  type Known,
} from '../../../api/domain/opt-in.ts'
import { speak } from '../../../api/domain/message.ts'
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
    'a seventh link within a day is not sent: the others still work',
    { state: 'pending', challenges: ago(...[2, 4, 6, 8, 10, 23].map((hours) => hours * HOUR)) },
    'keep',
  ],
  [
    'a code is, because the others do not',
    {
      channel: 'sms',
      state: 'pending',
      challenges: ago(...[2, 4, 6, 8, 10, 23].map((hours) => hours * HOUR)),
    },
    'challenge',
  ],
  [
    'limits hold for who unsubscribed before confirming',
    { state: 'unsubscribed', challenges: ago(SECOND) },
    'silence',
  ],
  [
    'an active one in quarantine is asked anew after a day',
    { state: 'active', suppression: { reason: 'bounce', at: now - DAY } },
    'challenge',
  ],
  [
    'and not before',
    { state: 'active', suppression: { reason: 'bounce', at: now - DAY + 1 } },
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
  [
    'so does a webhook that failed',
    { channel: 'webhook', suppression: { reason: 'unreachable', at: now - DAY + 1 } },
    'silence',
  ],
  [
    'which may be tried again too',
    { channel: 'webhook', suppression: { reason: 'unreachable', at: now - DAY } },
    'challenge',
  ],
  [
    'nothing is posted to an active webhook about it',
    { channel: 'webhook', state: 'active' },
    'silence',
  ],
])('%s', (_, known, answer) => {
  expect(answerTo({ ...unknown, ...known }, now)).toBe(answer)
})

test.each<[string, number[], number]>([
  ['who was never asked may be asked at once', [], 0],
  ['a minute passes between two questions', ago(10 * SECOND), 50 * SECOND],
  ['two questions in an hour leave room for a third', ago(2 * MINUTE, 30 * MINUTE), 0],
  [
    'the fourth waits for the first to be an hour old',
    ago(2 * MINUTE, 30 * MINUTE, 50 * MINUTE),
    10 * MINUTE,
  ],
  ['of both waits the longer one counts', ago(SECOND, 30 * MINUTE, HOUR - SECOND), 59 * SECOND],
  ['what is older than an hour is forgotten', ago(2 * MINUTE, 30 * MINUTE, HOUR), 0],
])('%s', (_, challenges, wait) => {
  expect(untilNextChallenge({ channel: 'email', challenges }, now)).toBe(wait)
})

test.each<[string, Partial<Known>, RegExp | null]>([
  ['who has not confirmed yet', { state: 'pending' }, null],
  ['who bounced', { state: 'active', suppression: { reason: 'bounce', at: now } }, null],
  [
    'whose number is invalid',
    { state: 'active', suppression: { reason: 'invalid', at: now } },
    null,
  ],
  [
    'whom the provider silenced',
    { state: 'active', suppression: { reason: 'provider', at: now } },
    null,
  ],
  [
    'whose webhook fails',
    { state: 'active', suppression: { reason: 'unreachable', at: now } },
    null,
  ],
  ['who is confirmed', { state: 'active' }, /nothing is wrong/],
  ['who left', { state: 'unsubscribed' }, /has ended/],
  [
    'who wrote STOP',
    { state: 'unsubscribed', suppression: { reason: 'stop', at: 0 } },
    /only its owner/,
  ],
  [
    'who complained',
    { state: 'active', suppression: { reason: 'complaint', at: 0 } },
    /only its owner/,
  ],
  [
    'whom an operator silenced',
    { state: 'active', suppression: { reason: 'manual', at: 0 } },
    /an operator/,
  ],
])('%s may be asked again, or not and why', (_, known, refusal) => {
  const said = askingAgainRefusal({ ...unknown, ...known })
  if (refusal === null) expect(said).toBeNull()
  else expect(said && speak('en')(said.key, said.values)).toMatch(refusal)
})
