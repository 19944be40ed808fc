import { worseThan } from '../api/domain/status.ts'
import type { ComponentStatus } from '../api/domain/words.ts'
import type { ConsoleView } from '../api/routes/console-view.ts'
import type { ProgressView } from '../api/routes/telling-views.ts'
import { partsOf } from './telling.ts'
import { millis, type At, type Voice } from './voice.ts'

export type ConsoleIncident = ConsoleView['incidents'][number]
export type ConsoleComponent = ConsoleView['components'][number]
export type Probe = ConsoleComponent['probes'][number]

const calm = new Set<ComponentStatus>(['operational', 'under_maintenance'])

/** What is wrong now, the worst first. What maintenance takes down is meant to be down. */
export function failing(components: ConsoleComponent[]): ConsoleComponent[] {
  return components
    .filter(
      (component) =>
        !calm.has(component.status) ||
        (component.status === 'operational' && failingProbes(component).length > 0),
    )
    .toSorted(
      (a, b) => Number(worseThan(b.status, a.status)) - Number(worseThan(a.status, b.status)),
    )
}

export function failingProbes({ probes }: ConsoleComponent): Probe[] {
  return probes.filter(({ state }) => state === 'down' || state === 'degraded')
}

/** Why it fails; one that is only slow gives no reason but its time. */
export function reasonOf({ last_reason, last_latency_ms }: Probe, voice: Voice): string {
  if (last_reason !== '' || last_latency_ms === null) return last_reason
  return voice.milliseconds(last_latency_ms)
}

export type Statuses = Record<string, ComponentStatus>

/** What a new incident is proposed to say: failing components that no public incident tells of yet. */
export function proposedStatuses({ components, incidents }: ConsoleView): Statuses {
  const told = new Set(
    incidents.flatMap(({ draft, components }) => (draft ? [] : components.map(({ id }) => id))),
  )
  return Object.fromEntries(
    components.flatMap(({ id, status }) =>
      calm.has(status) || told.has(id) ? [] : [[id, status]],
    ),
  )
}

/** Up to so many components are looked over at a glance. */
const glance = 6

/** Which components a new incident asks for at once; the others unfold. */
export function firstAsked({ components }: ConsoleView, proposed: Statuses): string[] {
  return components.length > glance ? Object.keys(proposed) : components.map(({ id }) => id)
}

export function splitComponents(components: ConsoleComponent[], first: string[]) {
  return {
    first: components.filter(({ id }) => first.includes(id)),
    others: components.filter(({ id }) => !first.includes(id)),
  }
}

const minutes = [15, 30, 60, 120]

/** The minutes to the next update to choose from, among them what the severity asks for. */
export function nextUpdateChoices(asked: number | null | undefined): number[] {
  return [...new Set([...minutes, ...(asked ? [asked] : [])])].toSorted((a, b) => a - b)
}

export type Tally = {
  told: number
  of: number
  failed: number
  to_go: number
  /** Their quiet hours have to end first. */
  held: number
  uncertain: number
  /** Nobody needs to tell them any more. */
  left_out: number
  /** Whether it is known yet who should hear. */
  counted: boolean
}

/** How far a telling is, in the figures that an operator asks for. */
export function tallyOf({ total, states, done, ...telling }: ProgressView): Tally {
  const parts = partsOf({ states })
  return {
    told: parts.delivered + parts.reached,
    of: total - parts.left_out,
    failed: parts.failed,
    to_go: parts.waiting,
    held: parts.held,
    uncertain: parts.unknown,
    left_out: parts.left_out,
    counted: done || total > 0 || telling.stopped_at !== null,
  }
}

export function sayTally(tally: Tally, { say, number }: Voice): string {
  if (!tally.counted) return say('console.told.finding')
  if (tally.of + tally.left_out === 0) return say('console.told.nobody')
  const rest = (['failed', 'to_go', 'held', 'uncertain', 'left_out'] as const)
    .filter((part) => tally[part] > 0)
    .map((part) => say(`console.told.${part}`, { count: number(tally[part]) }))
  const told = say('console.told', { told: number(tally.told), of: number(tally.of) })
  return [told, ...rest].join(', ')
}

/** The time alone where the day goes without saying. */
export function moment(at: At, now: At, voice: Voice): string {
  return voice.dateOf(at) === voice.dateOf(now) ? voice.clock(at) : voice.instant(at)
}

/** How long ago, counted on the clock that made the page. */
export function durationSince(at: At, now: At, voice: Voice): string {
  return voice.duration(Math.max(0, (millis(now) - millis(at)) / 1000))
}
