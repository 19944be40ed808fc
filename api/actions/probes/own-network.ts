import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak } from '../../domain/message.ts'
import { withhold } from '../../domain/judging.ts'
import { areCanariesSilent, isOwnFault, pickWitnesses } from '../../domain/own-fault.ts'
import { isAnswered } from '../../domain/probe.ts'
import { raise, resolve } from '../alerts/raising.ts'
import { hostOf, isAsked } from '../../domain/question.ts'
import { mainRegion } from '../../domain/region.ts'
import { thePage } from '../page.ts'
import type { Hear } from './canaries.ts'
import type { Judged } from './probing.ts'

/**
 * Before a silent target is called down, its neighbours and the canaries are heard: when they fell silent with it, nothing is
 * known.
 */
export async function withholdOwnFaults(
  deps: Deps,
  judged: Judged[],
  hear: Hear,
): Promise<Judged[]> {
  const known = judged.map((one) => (one.sample.isOurs ? withheld(one, 'ours') : one))
  if (!known.some(isSilentlyDown)) return known
  return withholdWithCanaries(deps, await withholdWithNeighbours(deps, known), hear)
}

async function withholdWithNeighbours(deps: Deps, judged: Judged[]): Promise<Judged[]> {
  const latest = new Map(
    (await loadNeighbours(deps, judged)).map(({ id, ...neighbour }) => [id, neighbour]),
  )
  for (const { probe, watch, at, sample } of judged)
    latest.set(probe.id, {
      question: probe.question,
      state: watch.state,
      lastCheckedAt: at,
      lastLatencyMs: isAnswered(sample) ? sample.latency_ms : null,
    })
  return judged.map((one) => {
    if (!isSilentlyDown(one)) return one
    const { startedAt } = one.verdict.flip!
    const witnesses = [...latest.values()]
      .filter(({ state, lastCheckedAt }) => state !== 'down' && (lastCheckedAt ?? 0) >= startedAt)
      .flatMap(({ question, lastLatencyMs }) => {
        const host = hostOf(question)
        return host === null ? [] : [{ host, answered: lastLatencyMs !== null }]
      })
    return isOwnFault(witnesses) ? withheld(one, 'neighbours') : one
  })
}

async function withholdWithCanaries(deps: Deps, judged: Judged[], hear: Hear): Promise<Judged[]> {
  if (!judged.some(isSilentlyDown)) return judged
  const { canaries: urls } = await thePage(deps)
  if (urls.length === 0) return judged
  const heard = await hear(urls)
  if (!heard) return judged
  const { at, canaries } = heard
  return judged.map((one) => {
    if (!isSilentlyDown(one)) return one
    // What they said before the silence began says nothing of it; they will be asked again in a moment.
    if (at < one.verdict.flip!.startedAt) return withheld(one, 'too_soon')
    const areSilent = areCanariesSilent(hostOf(one.probe.question), canaries)
    return areSilent ? withheld(one, 'canaries') : one
  })
}

const reasons = {
  ours: 'our own side has failed',
  neighbours: 'most targets fell silent at once',
  canaries: 'the canaries are silent, too',
  too_soon: 'the canaries were asked a moment ago',
}

function withheld(one: Judged, because: keyof typeof reasons): Judged {
  const reason = `no verdict: ${reasons[because]}; ${one.sample.reason}`
  const verdict = withhold({ ...one.probe, ...one.watch }, reason.slice(0, 200), one.at)
  return { ...one, withheld: because, verdict }
}

const isSilentlyDown = ({ verdict, sample }: Judged) =>
  verdict.flip?.to === 'down' && !isAnswered(sample)

/** On the first silence of a target some neighbours are asked at once, so that their word is there in time. */
export async function callWitnesses(deps: Deps, judged: Judged[]): Promise<Statement[]> {
  const silent = judged.filter(
    ({ watch, verdict, sample }) =>
      watch.failures === 0 && verdict.belief.failures > 0 && !isAnswered(sample),
  )
  if (silent.length === 0) return []
  const since = Math.min(...silent.map(({ at }) => at))
  const neighbours = (await loadNeighbours(deps, judged)).flatMap(
    ({ id, question, lastCheckedAt }) => {
      const host = hostOf(question)
      const fresh = (lastCheckedAt ?? 0) >= since || judged.some(({ probe }) => probe.id === id)
      return host === null ? [] : [{ id, host, fresh }]
    },
  )
  const called = pickWitnesses(neighbours)
  if (called.length === 0) return []
  const now = deps.clock.now()
  return [
    deps.db
      .update(watches)
      .set({ nextAt: sql`min(${watches.nextAt}, ${now})` })
      .where(
        and(
          inArray(watches.probeId, called),
          eq(watches.region, regionOf(judged)),
          isNull(watches.leasedUntil),
        ),
      ),
  ]
}

const titles = {
  ours: 'probe.own_network.ours',
  neighbours: 'probe.own_network',
  canaries: 'probe.own_network.canaries',
} as const

/** Operators hear once that nothing is known, and that it is over when a silent target answers again. */
export async function tellOwnNetwork(deps: Deps, judged: Judged[]): Promise<Statement[]> {
  const blamed = judged.find(({ withheld }) => withheld !== null && withheld !== 'too_soon')
  if (blamed) {
    const say = speak((await thePage(deps)).locale)
    deps.log.warn('probes.own_network', { probes: judged.map(({ probe }) => probe.id) })
    return raise(deps, {
      source: 'probe',
      dedupeKey: thingOf(judged),
      eventType: 'own_network',
      severity: 'warning',
      title: say(titles[blamed.withheld as keyof typeof titles]),
      detail: say('probe.own_network.detail'),
      labels: { region: regionOf(judged) },
    })
  }
  const answersAgain = judged.some(
    ({ probe, watch, sample }) =>
      isAsked(probe.kind) &&
      watch.lastCheckedAt !== null &&
      watch.lastLatencyMs === null &&
      isAnswered(sample),
  )
  return answersAgain ? [resolve(deps, 'probe', thingOf(judged))] : []
}

function thingOf(judged: Judged[]): string {
  const region = regionOf(judged)
  return region === mainRegion ? 'own_network' : `own_network ${region}`
}

/** What the same region asks beside these. */
function loadNeighbours(deps: Deps, judged: Judged[]) {
  return deps.db
    .select({
      id: probes.id,
      question: probes.question,
      state: watches.state,
      lastCheckedAt: watches.lastCheckedAt,
      lastLatencyMs: watches.lastLatencyMs,
    })
    .from(watches)
    .innerJoin(probes, eq(probes.id, watches.probeId))
    .where(and(eq(watches.region, regionOf(judged)), isNotNull(watches.nextAt)))
}

/** What is judged together was asked from one place. */
function regionOf(judged: Judged[]): string {
  return judged[0]!.watch.region
}
