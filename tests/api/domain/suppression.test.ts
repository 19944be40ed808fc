import { expect, test } from 'vitest'
import { isDecision, reasonsBelow } from '../../../api/domain/suppression.ts'
import { suppressionReasons } from '../../../api/domain/words.ts'

test('of two different reasons exactly one is graver', () => {
  for (const one of suppressionReasons)
    for (const other of suppressionReasons)
      expect(reasonsBelow(one).includes(other) !== reasonsBelow(other).includes(one)).toBe(
        one !== other,
      )
})

test('what a person decided is never replaced by what a provider reports', () => {
  expect(suppressionReasons.filter(isDecision)).toEqual(['complaint', 'stop', 'manual'])
  for (const reported of suppressionReasons.filter((reason) => !isDecision(reason)))
    expect(reasonsBelow(reported).some(isDecision)).toBe(false)
})

test('a complaint is never forgotten for a STOP, which START could lift', () => {
  expect(reasonsBelow('complaint')).toContain('stop')
  expect(reasonsBelow('stop')).not.toContain('complaint')
})
