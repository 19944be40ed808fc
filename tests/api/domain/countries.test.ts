import { getCountries } from 'libphonenumber-js/mobile'
import { expect, test } from 'vitest'
import { isCountry } from '../../../api/domain/countries.ts'

test('a country is what libphonenumber-js takes for one', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const codes = letters.flatMap((a) => letters.map((b) => a + b))
  expect(codes.filter(isCountry)).toEqual(getCountries().toSorted())
})
