import { expect, test } from 'vitest'
import { monthsOfYear, type Past } from '../../../api/domain/history.ts'
import { lengthOfUnion } from '../../../api/domain/unions.ts'

const at = (text: string) => Date.parse(text)
const past: Past = {
  kind: 'incident',
  impact: 'major',
  startedAt: at('2026-03-10T10:00:00Z'),
  resolvedAt: at('2026-03-10T11:00:00Z'),
  hasPostmortem: false,
}
const span = { timeZone: 'Europe/Berlin', now: at('2026-11-21T12:00:00Z') }

function monthOf(month: string, ...all: Past[]) {
  return monthsOfYear('2026', all, span).find((one) => one.month === month)!
}

test('what overlaps counts once', () => {
  const stretches = [
    { from: 5, until: 8 },
    { from: 0, until: 6 },
    { from: 1, until: 2 },
    { from: 20, until: 25 },
  ]
  expect(lengthOfUnion(stretches)).toBe(13)
})

test('a year has twelve months, January first, and counts by impact', () => {
  const months = monthsOfYear(
    '2026',
    [past, { ...past, impact: 'minor' }, { ...past, impact: 'none', hasPostmortem: true }],
    span,
  )
  expect(months.map(({ month }) => month)).toEqual(
    Array.from({ length: 12 }, (_, index) => `2026-${String(index + 1).padStart(2, '0')}`),
  )
  expect(months[2]).toEqual({
    month: '2026-03',
    incidents: { critical: 0, major: 1, minor: 1, none: 1 },
    maintenances: 0,
    postmortems: 1,
    minutes: 60,
  })
})

test.each<[string, number, string, Past[]]>([
  [
    'two at once are one time of trouble',
    90,
    '2026-03',
    [
      past,
      { ...past, startedAt: at('2026-03-10T10:30:00Z'), resolvedAt: at('2026-03-10T11:30:00Z') },
    ],
  ],
  ['what had no impact takes no time', 0, '2026-03', [{ ...past, impact: 'none' }]],
  [
    'maintenance takes no time',
    0,
    '2026-03',
    [{ ...past, kind: 'maintenance', impact: 'maintenance' }],
  ],
  [
    'months are cut at midnight in the zone of the page',
    30,
    '2026-04',
    [{ ...past, startedAt: at('2026-03-31T21:00:00Z'), resolvedAt: at('2026-03-31T22:30:00Z') }],
  ],
  [
    'what is open lasts until now',
    120,
    '2026-11',
    [{ ...past, startedAt: at('2026-11-21T10:00:00Z'), resolvedAt: null }],
  ],
])('%s', (_, minutes, month, all) => {
  expect(monthOf(month, ...all).minutes).toBe(minutes)
})

test('an incident counts in the month in which it began, as the page counts days', () => {
  const late = { ...past, startedAt: at('2026-03-31T22:30:00Z'), resolvedAt: null }
  expect(monthOf('2026-03', late).incidents.major).toBe(0)
  expect(monthOf('2026-04', late).incidents.major).toBe(1)
})
