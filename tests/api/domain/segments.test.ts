import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countSegments, fitSms } from '../../../api/domain/segments.ts'

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
