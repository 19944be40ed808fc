import { expect, test } from 'vitest'
import { readProfile } from '../../db/profile.ts'

const profile = (languages: string) => `page:
  name: Corner Shop
  time_zone: Europe/Lisbon
  locale: fr
  ${languages}
severities:
  - { key: p0, name: P0, impact: critical }
components:
  - { key: search, name: Search }
`

test.each([
  ['without a word on it a page speaks its own language only', '', []],
  ['languages keep their order', 'languages: [de, en]', ['de', 'en']],
])('%s', (_, line, languages) => {
  expect(readProfile('shop.yaml', profile(line)).page.languages).toEqual(languages)
})

test.each([
  [
    'a language that we do not write',
    'languages: [de, nl]',
    'page.languages.1: must be one of en, de, fr, es, hi, ja',
  ],
  [
    'the page’s own',
    'languages: [fr]',
    "page.languages.0: must not be the page's own language, which is published anyway",
  ],
  ['one that was there before', 'languages: [de, de]', 'page.languages.1: must not come twice'],
  ['a word', 'languages: de', 'page.languages: must be a list such as [de, fr]'],
])('%s is refused with its place', (_, line, sentence) => {
  expect(() => readProfile('shop.yaml', profile(line))).toThrow(`shop.yaml:5 ${sentence}`)
})
