import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countSegments, fitSms, normalizeSms } from '../../../api/domain/segments.ts'

const link = 'https://status.example/incidents/abcdefghijkl'

const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit))
const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom('a', 'ü', ' ', '.', '…', '€', '😀'), anyUnit),
  maxLength: 600,
})

describe('a text message', () => {
  test.each([
    ['any characters', anyText],
    ['letters alone', fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 600 })],
    ['emoji alone', fc.string({ unit: fc.constantFrom('😀', '🔥'), maxLength: 200 })],
  ])('of %s is whole characters in two segments, the link last', (_, text) => {
    fc.assert(
      fc.property(text, (words) => {
        const message = fitSms(words, link)
        expect(message.isWellFormed()).toBe(true)
        expect(countSegments(message).segments).toBeLessThanOrEqual(2)
        expect(message.endsWith(` ${link}`)).toBe(true)
      }),
    )
  })

  test('is cut at a word', () => {
    const message = fitSms('We are looking into it. '.repeat(20), link)
    expect(message).toMatch(/^We .* (We|are|looking|into|it)\.\.\. https/)
  })

  test('of a very long text is ready before anyone could wait for it', () => {
    expect(fitSms('x'.repeat(100_000), link)).toMatch(/^x+\.\.\. https/)
  })
})

test.each([
  ['typographic marks', '“Tracking” – slow… it’s us', '"Tracking" - slow... it\'s us', 'GSM-7'],
  [
    'accents that GSM-7 lacks',
    'Fenêtre fermée, sábado así, août',
    'Fenetre fermée, sabado asi, aout',
    'GSM-7',
  ],
  ['accents that it has', 'Größe: ñ, à, Ç', 'Größe: ñ, à, Ç', 'GSM-7'],
  ['accents beside another script', 'Fenêtre 窓', 'Fenêtre 窓', 'UCS-2'],
  ['letters without a plain form', 'Łódź', 'Łódź', 'UCS-2'],
  ['decomposed letters', 'Gro\u0308ße', 'Größe', 'GSM-7'],
])('%s are written as cheaply as can be read', (_, text, expected, encoding) => {
  expect(normalizeSms(text)).toBe(expected)
  expect(countSegments(normalizeSms(text)).encoding).toBe(encoding)
})
