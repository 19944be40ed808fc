import { describe, expect, test } from 'vitest'
import { readConfig } from '../../api/config.ts'

test.each<[string, string | undefined, string[] | undefined]>([
  ['nothing leaves it to the page', undefined, undefined],
  ['an empty value is nothing', '', undefined],
  ['countries are separated by commas, in any case of letters', 'de, at,CH', ['DE', 'AT', 'CH']],
])('of countries for SMS %s', (_, SMS_COUNTRIES, countries) => {
  expect(readConfig({ SMS_COUNTRIES }).SMS_COUNTRIES).toEqual(countries)
})

test.each([
  ['a code that is none', 'DE,UK', 'SMS_COUNTRIES.1: "UK" is no ISO 3166-1 code'],
  ['a name', 'Germany', 'SMS_COUNTRIES.0: "GERMANY" is no ISO 3166-1 code'],
  ['a comma at the end', 'DE,', 'SMS_COUNTRIES.1: "" is no ISO 3166-1 code'],
])('%s ends the start', (_, SMS_COUNTRIES, sentence) => {
  expect(() => readConfig({ SMS_COUNTRIES })).toThrow(sentence)
})

describe('senders of SMS', () => {
  const TWILIO_ACCOUNT_SID = `AC${'a'.repeat(32)}`
  const TWILIO_FALLBACK_ACCOUNT_SID = `AC${'b'.repeat(32)}`
  const first = { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: 'token', TWILIO_FROM: '+15005550006' }

  test('may be a number, a short code, and as fast as the account was granted', () => {
    const config = readConfig({
      ...first,
      TWILIO_SEGMENTS_PER_SECOND: '40',
      TWILIO_FALLBACK_FROM: '24680',
      TWILIO_FALLBACK_SEGMENTS_PER_SECOND: '',
    })
    expect(config).toMatchObject({ TWILIO_SEGMENTS_PER_SECOND: 40, TWILIO_FALLBACK_FROM: '24680' })
    expect(config.TWILIO_FALLBACK_SEGMENTS_PER_SECOND).toBeUndefined()
  })

  test.each<[string, Record<string, string>, string]>([
    ['of seven digits without a country', { TWILIO_FROM: '5550006' }, 'TWILIO_FROM: must be'],
    [
      'without any rate',
      { TWILIO_SEGMENTS_PER_SECOND: '0' },
      'TWILIO_SEGMENTS_PER_SECOND: must be segments per second, a whole number from 1 to 1000',
    ],
    [
      'with half an account',
      { TWILIO_FALLBACK_FROM: '24680', TWILIO_FALLBACK_ACCOUNT_SID },
      'TWILIO_FALLBACK_AUTH_TOKEN: is missing',
    ],
    [
      'of a second account without a number',
      { TWILIO_FALLBACK_ACCOUNT_SID, TWILIO_FALLBACK_AUTH_TOKEN: 'other' },
      'TWILIO_FALLBACK_FROM: is needed',
    ],
    [
      'that stand in for nobody',
      { TWILIO_ACCOUNT_SID: '', TWILIO_AUTH_TOKEN: '', TWILIO_FALLBACK_FROM: '24680' },
      'TWILIO_ACCOUNT_SID: is needed',
    ],
    [
      'that stand in for themselves',
      { TWILIO_FALLBACK_FROM: '+15005550006' },
      'TWILIO_FALLBACK_FROM: +15005550006 is the first sender already',
    ],
  ])('%s end the start', (_, wrong, sentence) => {
    expect(() => readConfig({ ...first, ...wrong })).toThrow(sentence)
  })
})
