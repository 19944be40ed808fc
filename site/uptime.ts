import type { MonthView } from '../api/routes/component-views.ts'
import { isEventful } from '../api/domain/uptime.ts'
import type { DayView, RunView } from '../api/routes/views.ts'
import type { Voice } from './voice.ts'

export type DayStatus = DayView['status']

/** Calm first, as the legend lists them. */
export const dayStatuses: DayStatus[] = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'no_data',
]

/** Width of a day and the height of the picture; the mark takes 3 of 4 units, see UptimeBars.astro. */
const dayWidth = 4
export const barHeight = 24

/** Top and bottom of a day's mark: the worse, the taller. Maintenance floats, so that colour is not all that tells. */
const marks: Record<DayStatus, [top: number, bottom: number]> = {
  no_data: [21, 24],
  operational: [14, 24],
  under_maintenance: [8, 15],
  degraded_performance: [9, 24],
  partial_outage: [5, 24],
  major_outage: [0, 24],
}

/** A stroke through the days of a run. Days worth a word carry it. */
export type Stroke = { status: DayStatus; path: string; title: string | null }

export function strokesOf(runs: RunView[], voice: Voice): Stroke[] {
  let first = 0
  return runs.map((run) => {
    const path = markOf(run.status, first, first + run.days)
    first += run.days
    return { status: run.status, path, title: isEventful(run) ? tellDay(run, voice) : null }
  })
}

/** How many days these are. */
export const lengthOf = (runs: RunView[]) => runs.reduce((sum, { days }) => sum + days, 0)

/** The stroke's middle line, from the first day up to the one before `end`. */
export function markOf(status: DayStatus, first = 0, end = 1): string {
  return `M${first * dayWidth} ${middleOf(status)}H${end * dayWidth - 1}`
}

export function middleOf(status: DayStatus): number {
  const [top, bottom] = marks[status]
  return (top + bottom) / 2
}

export const barsWidth = (runs: RunView[]) => lengthOf(runs) * dayWidth - 1

const isDisrupted = (day: DayView) => isEventful(day) && day.status !== 'under_maintenance'

type Seconds = Pick<DayView, 'major_s' | 'partial_s' | 'degraded_s' | 'maintenance_s'>

const seconds = (day: Seconds) => [
  ['major_outage', day.major_s] as const,
  ['partial_outage', day.partial_s] as const,
  ['degraded_performance', day.degraded_s] as const,
  ['under_maintenance', day.maintenance_s] as const,
]

/** What happened on a day, worst first: `Partial outage, 12 min; Degraded performance, 1 hr`. */
export function tellHappenings(day: DayView, voice: Voice): string {
  return tellLasting(seconds(day), voice) || voice.say(`status.${day.status}`)
}

/** What happened in a month, and for how long nobody knows; nothing where all was well. */
export function tellMonth(month: MonthView, voice: Voice): string {
  return tellLasting([...seconds(month), ['no_data', month.no_data_s]], voice)
}

function tellLasting(parts: (readonly [DayStatus, number])[], voice: Voice): string {
  return parts
    .filter(([, lasted]) => lasted > 0)
    .map(([status, lasted]) =>
      voice.say('uptime.lasting', {
        status: voice.say(`status.${status}`),
        duration: voice.duration(lasted),
      }),
    )
    .join('; ')
}

function tellDay(day: DayView, voice: Voice): string {
  return voice.say('uptime.day', { date: voice.day(day.date), what: tellHappenings(day, voice) })
}

/** How many disrupted days one sentence names; the component's own page names them all. */
const named = 3

/** The bars in a sentence, for those who cannot see them. */
export function tellUptime(runs: RunView[], uptime: number | null, voice: Voice): string {
  const figure =
    uptime === null
      ? voice.say('uptime.unknown')
      : voice.say('uptime.summary', { percent: voice.percent(uptime), n: lengthOf(runs) })
  const bad = runs.filter(isDisrupted).toReversed()
  if (bad.length === 0) return uptime === null ? figure : `${figure}; ${voice.say('uptime.quiet')}`
  const list = bad.slice(0, named).map((day) => tellDay(day, voice))
  if (bad.length > named) list.push(voice.say('uptime.more_days', { n: bad.length - named }))
  return `${figure}; ${voice.say('uptime.disrupted', { n: bad.length })}: ${list.join('; ')}`
}
