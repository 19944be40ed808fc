import { expect, test } from 'vitest'
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
