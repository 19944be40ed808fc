import { isAsked, targetOf, type Question } from '../api/domain/question.ts'
import { formatSpan } from '../api/domain/span.ts'
import type { ComponentStatus, ProbeState } from '../api/domain/words.ts'
import type { ProbeView } from '../api/routes/probe-views.ts'
import { moment } from './console.ts'
import { millis, type At, type Voice } from './voice.ts'

/** How a probe looks, in the shapes of the page. */
export function lookOfProbe({ state, paused }: Pick<ProbeView, 'state' | 'paused'>) {
  return paused ? 'no_data' : looks[state]
}

const looks: Record<ProbeState, ComponentStatus | 'no_data'> = {
  down: 'major_outage',
  degraded: 'degraded_performance',
  unknown: 'no_data',
  up: 'operational',
}

/** Its word, and since when. */
export function sayState(probe: ProbeView, now: At, voice: Voice): string {
  const { say } = voice
  const state = wordOf(probe, voice)
  if (probe.paused || probe.state_since === null) return state
  return say('probes.since', {
    state,
    time: moment(probe.state_since, now, voice),
    duration: voice.duration((millis(now) - millis(probe.state_since)) / 1000),
  })
}

export function wordOf({ paused, state, kind }: ProbeView, { say }: Voice): string {
  if (paused) return say('probes.state.paused')
  // A figure is never slow.
  if (state === 'degraded' && !isAsked(kind)) return say('probes.state.metric.degraded')
  return say(`probes.state.${state}`)
}

/** When it was asked last and is asked next. */
export function sayChecks(probe: ProbeView, now: At, voice: Voice): string {
  const { say } = voice
  const { last_checked_at: last, last_latency_ms: latency, next_check_at: next } = probe
  const age = last === null ? '' : formatSpan(wholeSeconds(millis(now) - millis(last)))
  const past =
    last === null
      ? say(isAsked(probe.kind) ? 'probes.unchecked' : 'probes.unchecked.told')
      : latency === null
        ? say('probes.checked.silent', { age })
        : say('probes.checked', { age, latency: voice.milliseconds(latency) })
  if (next === null) return past
  const wait = wholeSeconds(millis(next) - millis(now))
  const future =
    wait === 0 ? say('probes.next.now') : say('probes.next', { time: formatSpan(wait) })
  return `${past}, ${future}`
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000)) * 1000
}

/** What is watched, in one line. */
export function sayTarget(probe: ProbeView, { say }: Voice): string {
  if (probe.kind === 'heartbeat')
    return say('probes.target.heartbeat', {
      every: formatSpan(probe.every_ms!),
      grace: formatSpan(probe.grace_ms!),
    })
  if (probe.kind === 'metric')
    return say('probes.target.metric', { every: formatSpan(probe.stale_after_ms!) })
  return targetOf(probe as unknown as Question)
}

export const stateFilters = ['failing', 'up', 'unknown', 'paused'] as const

/** What fails first, then what is not known, then the others, each by name. */
export function sortProbes(probes: ProbeView[]): ProbeView[] {
  return probes.toSorted((a, b) => rankOf(a) - rankOf(b) || a.key.localeCompare(b.key, 'en'))
}

function rankOf({ state, paused }: ProbeView): number {
  return paused ? 4 : ['down', 'degraded', 'unknown', 'up'].indexOf(state)
}

export function isFailing({ state, paused }: ProbeView): boolean {
  return !paused && (state === 'down' || state === 'degraded')
}

/** The probes that were asked for. */
export function filterProbes(probes: ProbeView[], asked: URLSearchParams, voice: Voice) {
  const [state, kind, component] = ['state', 'kind', 'component'].map((name) => asked.get(name))
  const words = (asked.get('search') ?? '').trim().toLowerCase()
  return probes.filter(
    (probe) =>
      (!state || stateOf(probe) === state) &&
      (!kind || probe.kind === kind) &&
      (!component || probe.component_id === component) &&
      (!words || `${probe.key} ${sayTarget(probe, voice)}`.toLowerCase().includes(words)),
  )
}

function stateOf(probe: ProbeView): (typeof stateFilters)[number] {
  if (probe.paused) return 'paused'
  if (isFailing(probe)) return 'failing'
  return probe.state === 'up' ? 'up' : 'unknown'
}

/** Probes on one screen: a line is drawn for each. */
const perPage = 50

export function pageOf(probes: ProbeView[], asked: URLSearchParams) {
  const pages = Math.max(1, Math.ceil(probes.length / perPage))
  const page = Math.min(pages, Math.max(1, Number(asked.get('page') ?? 1)))
  return { page, pages, shown: probes.slice((page - 1) * perPage, page * perPage) }
}

/** The address of the list, with some of its filters changed. */
export function probesUrl(asked: URLSearchParams, changes: Record<string, string>): string {
  const next = new URLSearchParams(asked)
  next.delete('deleted')
  next.delete('page')
  for (const [name, value] of Object.entries(changes)) next.set(name, value)
  return `/operator/probes?${next}`
}
