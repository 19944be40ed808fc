import type { YearView } from '../api/routes/views.ts'
import type { Voice } from './voice.ts'

type Month = YearView['months'][number]

/** The gravest first, as they are stacked from the ground up. */
export const impactsShown = ['critical', 'major', 'minor', 'none'] as const

/** The month that the link to the history leads to. */
export const newestMonth = ({ months }: YearView) =>
  months.findLast(({ on_record }) => on_record)?.month

export const incidentsIn = ({ incidents }: Month) =>
  impactsShown.reduce((sum, impact) => sum + incidents[impact], 0)

/** Such as `1 critical, 2 minor`. */
export function tellImpacts({ incidents }: Month, { say, number }: Voice): string {
  return impactsShown
    .filter((impact) => incidents[impact] > 0)
    .map((impact) => say(`history.count.${impact}`, { count: number(incidents[impact]) }))
    .join(', ')
}

/** Width of a month, and the most that the picture is high. */
export const columnWidth = 30
const highest = 72

/** An incident is at most so tall, so that a quiet year does not look like a bad one. */
const tallest = 12

export type Mark = { impact: (typeof impactsShown)[number]; x: number; y: number; height: number }

/** Each incident is a block of its own; the graver, the wider. */
export function marksOf(months: Month[]): { marks: Mark[]; ground: number } {
  const most = Math.max(1, ...months.map(incidentsIn))
  const height = Math.min(tallest, highest / most)
  const ground = most * height
  const marks = months.flatMap((month, index) => {
    let y = ground
    return impactsShown.flatMap((impact) => {
      const count = month.incidents[impact]
      if (count === 0) return []
      y -= count * height
      return [{ impact, x: index * columnWidth, y, height: count * height }]
    })
  })
  return { marks, ground }
}

export const widths = { critical: 22, major: 17, minor: 12, none: 7 } as const

/** A month's first letters, for the foot of the picture. */
export function shortMonth(month: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { month: 'narrow', timeZone: 'UTC' }).format(
    Date.parse(`${month}-01`),
  )
}
