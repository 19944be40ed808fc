import { describe, expect, test } from 'vitest'
import { repeatOf, repeats, ruleOf } from '../../../api/domain/repeat.ts'
import { rearranged } from '../../../api/domain/series.ts'
import { dayOf } from '../../../api/domain/time.ts'

const at = (text: string) => Date.parse(`2026-12-${text}:00Z`)
const day = (moment: number) => dayOf(moment, 'Etc/UTC')

describe('after a change of its series an occurrence takes', () => {
  test.each([
    ['the start that it had', ['01T22', '08T22'], ['01T22', '03T22', '08T22'], ['01T22', '08T22']],
    ['a start on its day', ['02T22', '08T22'], ['01T21', '02T21', '08T21'], ['02T21', '08T21']],
    ['the next in order otherwise', ['01T22', '08T22'], ['02T22', '09T22'], ['02T22', '09T22']],
    ['none where there are fewer', ['01T22', '08T22', '15T22'], ['01T22'], ['01T22', null, null]],
    [
      'what another has no better claim to',
      ['01T22', '08T22'],
      ['08T22', '15T22'],
      ['15T22', '08T22'],
    ],
  ])('%s', (_, before, starts, expected) => {
    const occurrences = before.map((start) => ({ occursAt: at(start) }))
    const found = rearranged(occurrences, starts.map(at), day)
    expect(occurrences.map((one) => found.get(one) ?? null)).toEqual(
      expected.map((start) => (start === null ? null : at(start))),
    )
  })
})

describe('a usual way to come again is a rule', () => {
  test.each([
    ['weekly', '2026-12-01T22:00', 'FREQ=WEEKLY;BYDAY=TU'],
    ['two_weeks', '2026-12-01T22:00', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'],
    ['daily', '2026-12-01T22:00', 'FREQ=DAILY'],
    ['monthly_weekday', '2026-12-08T22:00', 'FREQ=MONTHLY;BYDAY=2TU'],
    ['monthly_weekday', '2026-12-29T22:00', 'FREQ=MONTHLY;BYDAY=4TU'],
    ['monthly_last', '2026-12-01T22:00', 'FREQ=MONTHLY;BYDAY=-1TU'],
    ['monthly_date', '2026-12-31T22:00', 'FREQ=MONTHLY;BYMONTHDAY=31'],
  ])('%s from %s', (repeat, starts, rrule) => {
    expect(ruleOf(repeat, starts)).toBe(rrule)
    expect(repeatOf(rrule, starts)).toBe(repeat)
  })

  test('and any other rule is one of its own', () => {
    expect(repeatOf('FREQ=DAILY;COUNT=3', '2026-12-01T22:00')).toBe('custom')
    expect(ruleOf('custom', '2026-12-01T22:00')).toBe(null)
    expect(ruleOf('weekly', '')).toBe(null)
    expect(repeats.at(-1)).toBe('custom')
  })
})
