import { describe, expect, test } from 'vitest'
import { inEach, isLaborious, isPublishedIn } from '../../../api/domain/documents.ts'
import { inLanguage, languageIn } from '../../../api/domain/languages.ts'

test.each([
  ['the front page', '/', null, '/'],
  ['the front page in German', '/de/', 'de', '/'],
  ['what lies behind it', '/de/incidents/x', 'de', '/incidents/x'],
  ['a language without its slash', '/de', null, '/de'],
  ['one that we do not write', '/nl/incidents/x', null, '/nl/incidents/x'],
  ['one in capitals', '/DE/', null, '/DE/'],
  ['a word that begins like one', '/history/2026', null, '/history/2026'],
  ['a language inside a language', '/de/fr/', 'de', '/fr/'],
])('%s: %s', (_, path, locale, bare) => {
  expect(languageIn(path)).toEqual({ locale, bare })
  if (locale) expect(inLanguage(locale, bare)).toBe(path)
})

describe('where a document lies', () => {
  const components = '/components/abcdefghijkl'
  test.each([
    [
      'a page lies in each language',
      '/subscribe',
      ['/subscribe', '/de/subscribe', '/ja/subscribe'],
    ],
    ['so does the front page', '/', ['/', '/de/', '/ja/']],
    ['and what says that nothing is there', '/404', ['/404', '/de/404', '/ja/404']],
    ['a feed lies once', '/history.atom', ['/history.atom']],
    ['figures lie once', `${components}/uptime.json`, [`${components}/uptime.json`]],
    ['so does the reader of the API', '/api/docs', ['/api/docs']],
  ])('%s', (_, path, places) => {
    expect(inEach(['de', 'ja'], path)).toEqual(places)
  })

  test.each([
    ['what names no language', '/api/v2/summary.json', true],
    ['a page in a language that is published', '/de/subscribe', true],
    ['a page in one that is not', '/fr/subscribe', false],
    ['a document for programs under a language', '/de/history.atom', false],
    ['a language inside a language', '/de/ja/', false],
  ])('%s', (_, path, published) => {
    expect(isPublishedIn(['de', 'ja'], path)).toBe(published)
  })

  test.each([
    ['/', false],
    ['/de/', true],
    [components, true],
    [`/de${components}`, true],
    ['/de/history/2026', true],
    ['/history.atom', false],
    ['/de/subscribe', false],
  ])('%s is made alone: %s', (path, alone) => {
    expect(isLaborious(path)).toBe(alone)
  })
})
