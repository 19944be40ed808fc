import { describe, expect, test } from 'vitest'
import { isLimited, isSentAgain, noSms, overspent } from '../../../api/domain/sms.ts'
import { announcementKinds, type AnnouncementKind } from '../../../api/domain/words.ts'

test.each<[string, object, boolean]>([
  ['nothing', {}, false],
  ['a limit of the day', { spend_per_day: 5 }, true],
  ['a limit of nothing at all', { spend_per_day: 0 }, true],
  ['a limit of one country', { spend_per_country: { DE: 5 } }, true],
  ['an empty list of limits', { spend_per_country: {} }, false],
])('with %s spending is limited: %s', (_, settings, limited) => {
  expect(isLimited({ ...noSms, ...settings })).toBe(limited)
})

describe('spending', () => {
  const settings = { ...noSms, spend_per_day: 1, spend_per_country: { DE: 0.5 } }
  const german = { country: 'DE', cost: 100_000 }
  const french = { country: 'FR', cost: 100_000 }
  const inAll = { country: null, limit: 1 }
  const inGermany = { country: 'DE', limit: 0.5 }

  test.each([
    ['up to the limit of a country', 400_000, 400_000, german, null],
    ['beyond it', 400_001, 400_001, german, inGermany],
    ['where there is none', 800_000, 800_000, french, null],
    ['up to the limit of the day', 900_000, 0, german, null],
    ['beyond the limit of the day', 900_001, 0, french, inAll],
    ['beyond both', 900_001, 500_000, german, inAll],
  ])('%s', (_, all, inCountry, expense, over) => {
    expect(overspent(settings, { inAll: all, inCountry }, expense)).toEqual(over)
  })
})

const isUrgent = (kind: AnnouncementKind) =>
  kind.startsWith('incident') || kind === 'confirmation' || kind === 'already_subscribed'

test.each(announcementKinds)(
  'what may be lost of the kind %s is repeated when it is urgent',
  (kind) => {
    expect(isSentAgain(noSms, kind)).toBe(isUrgent(kind))
  },
)

test.each<[AnnouncementKind, 'resend' | 'drop', boolean]>([
  ['digest', 'resend', true],
  ['maintenance_started', 'resend', true],
  ['incident_opened', 'drop', false],
  ['confirmation', 'drop', false],
])(
  'what may be lost of the kind %s under the rule %s is repeated: %s',
  (kind, ambiguous, again) => {
    expect(isSentAgain({ ...noSms, ambiguous }, kind)).toBe(again)
  },
)
