import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { join } from '../../../api/domain/letters/letter.ts'
import { jsonOf, jsonOfText } from '../../../api/providers/resend-json.ts'

// Control and private-use characters and emoji too: whatever somebody typed.
const words = fc.string({ unit: 'binary', maxLength: 40 })
const filled = fc.array(fc.tuple(words, words), { maxLength: 5 }).chain((pairs) =>
  words.map((first) => ({
    pieces: [first, ...pairs.map(([piece]) => piece)],
    values: pairs.map(([, value]) => value),
  })),
)

test('a mail in pieces is the same mail on the wire', () => {
  fc.assert(
    fc.property(filled, (text) => {
      expect(JSON.parse(JSON.stringify({ html: jsonOf(text) }))).toEqual({ html: join(text) })
    }),
  )
})

test('a mail is ASCII on the wire, whatever its language', () => {
  fc.assert(
    fc.property(filled, words, (text, subject) => {
      const json = JSON.stringify([jsonOf(text), jsonOfText(subject)])
      expect(json).toMatch(/^[ -~]*$/)
      expect(JSON.parse(json)).toEqual([join(text), subject])
    }),
  )
})

test('pieces that several mails share give each of them its own values', () => {
  const pieces = ['Grüße an ', ' → ', '\n']
  const mails = ['"Ann"', 'Bär'].map((name) => ({ pieces, values: [name, '🚀'] }))
  expect(JSON.parse(JSON.stringify(mails.map(jsonOf)))).toEqual([
    'Grüße an "Ann" → 🚀\n',
    'Grüße an Bär → 🚀\n',
  ])
})
