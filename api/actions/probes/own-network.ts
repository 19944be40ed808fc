import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { probes } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak } from '../../domain/message.ts'
import { withhold } from '../../domain/judging.ts'
import { isOwnFault, pickWitnesses } from '../../domain/own-fault.ts'
import { isAnswered } from '../../domain/probe.ts'
import { raise, resolve } from '../alerts/raising.ts'
import { hostOf, isAsked } from '../../domain/question.ts'
import { thePage } from '../page.ts'
import type { Judged } from './probing.ts'

/** Before a silent target is called down, its neighbours are heard: when they fell silent with it, nothing is known. */
export async function withholdOwnFaults(deps: Deps, judged: Judged[]): Promise<Judged[]> {
  if (!judged.some(isSilentlyDown)) return judged
  const latest = new Map(
    (await loadNeighbours(deps)).map(({ id, ...neighbour }) => [id, neighbour]),
  )
  for (const { probe, at, sample } of judged)
    latest.set(probe.id, {
      question: probe.question,
      state: probe.state,
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
    if (!isOwnFault(witnesses)) return one
    const reason = `no verdict: most targets fell silent at once; ${one.sample.reason}`
    return { ...one, withheld: true, verdict: withhold(one.probe, reason.slice(0, 200), one.at) }
  })
}

const isSilentlyDown = ({ verdict, sample }: Judged) =>
  verdict.flip?.to === 'down' && !isAnswered(sample)

/** On the first silence of a target some neighbours are asked at once, so that their word is there in time. */
export async function callWitnesses(deps: Deps, judged: Judged[]): Promise<Statement[]> {
  const silent = judged.filter(
    ({ probe, verdict, sample }) =>
      probe.failures === 0 && verdict.belief.failures > 0 && !isAnswered(sample),
  )
  if (silent.length === 0) return []
  const since = Math.min(...silent.map(({ at }) => at))
  const neighbours = (await loadNeighbours(deps)).flatMap(({ id, question, lastCheckedAt }) => {
    const host = hostOf(question)
    const fresh = (lastCheckedAt ?? 0) >= since || judged.some(({ probe }) => probe.id === id)
    return host === null ? [] : [{ id, host, fresh }]
  })
  const called = pickWitnesses(neighbours)
  if (called.length === 0) return []
  const now = deps.clock.now()
  return [
    deps.db
      .update(probes)
      .set({ nextAt: sql`min(${probes.nextAt}, ${now})` })
      .where(and(inArray(probes.id, called), isNull(probes.leasedUntil))),
  ]
}

/** Operators hear once that nothing is known, and that it is over when a silent target answers again. */
export async function tellOwnNetwork(deps: Deps, judged: Judged[]): Promise<Statement[]> {
  if (judged.some(({ withheld }) => withheld)) {
    const say = speak((await thePage(deps)).locale)
    deps.log.warn('probes.own_network', { probes: judged.map(({ probe }) => probe.id) })
    return raise(deps, {
      source: 'probe',
      dedupeKey: 'own_network',
      eventType: 'own_network',
      severity: 'warning',
      title: say('probe.own_network'),
      detail: say('probe.own_network.detail'),
    })
  }
  const answersAgain = judged.some(
    ({ probe, sample }) =>
      isAsked(probe.kind) &&
      probe.lastCheckedAt !== null &&
      probe.lastLatencyMs === null &&
      isAnswered(sample),
  )
  return answersAgain ? [resolve(deps, 'probe', 'own_network')] : []
}

function loadNeighbours(deps: Deps) {
  return deps.db
    .select({
      id: probes.id,
      question: probes.question,
      state: probes.state,
      lastCheckedAt: probes.lastCheckedAt,
      lastLatencyMs: probes.lastLatencyMs,
    })
    .from(probes)
    .where(eq(probes.paused, false))
}
