import { eq } from 'drizzle-orm'
import { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { gapAfter } from '../../domain/judging.ts'
import type { Belief, Flip, Sample } from '../../domain/probe.ts'
import { combine, type Vote } from '../../domain/voting.ts'
import type { Judged, Probe, Watch, Weighed } from './probing.ts'
import { watchesOf } from './watches.ts'

/** What the other regions say; a probe with one region has nobody to ask. */
export async function hearOthers(deps: Deps, judged: Judged[]): Promise<Weighed[]> {
  const shared = judged.filter(({ probe }) => probe.regions.length > 1)
  if (shared.length === 0) return judged.map((one) => withOthers(deps, one, []))
  const heard = await watchesOf(
    deps,
    shared.map(({ probe }) => probe),
  )
  return judged.map((one) => withOthers(deps, one, heard.get(one.probe.id) ?? []))
}

/** The same check by what is known at this moment; null when somebody has claimed or changed its watch since. */
export async function asOfNow(deps: Deps, judged: Judged): Promise<Weighed | null> {
  const { id } = judged.probe
  const [[probe], all] = await deps.db.batch([
    deps.db.select().from(probes).where(eq(probes.id, id)),
    deps.db.select().from(watches).where(eq(watches.probeId, id)),
  ])
  const held = all.find(({ region }) => region === judged.watch.region)
  if (!probe || held?.version !== judged.watch.version) return null
  return withOthers(deps, { ...judged, probe }, all)
}

/** What a check means for its probe, by the words of all its watches. */
function withOthers(deps: Deps, judged: Judged, all: Watch[]): Weighed {
  const { probe, watch, verdict } = judged
  const others = all.filter(({ region }) => region !== watch.region)
  const votes = [verdict.belief, ...others].map((belief) => voteOf(probe, belief))
  return {
    ...judged,
    others,
    flip: combine(votes, probe.quorum, deps.clock.now(), probe.state),
    verdict: { ...verdict, gap: gapForAll(judged, others) },
  }
}

function voteOf({ intervalMs }: Probe, belief: Belief): Vote {
  const { state, stateSince, lastCheckedAt } = belief
  return { state, since: stateSince, heardAt: lastCheckedAt, intervalMs }
}

/** What one region missed another one may have seen. */
function gapForAll({ probe, verdict, at }: Judged, others: Watch[]): Judged['verdict']['gap'] {
  const { gap } = verdict
  if (!gap || others.length === 0) return gap
  const seen = others.map(({ lastCheckedAt }) => lastCheckedAt ?? 0)
  return gapAfter(Math.max(gap.from - probe.intervalMs, ...seen), probe.intervalMs, at)
}

/** Whether a check is to be weighed against what the other regions say at the moment of saving. */
export function isDecisive(judged: Weighed): boolean {
  if (isNews(judged.flip)) return true
  return judged.others.length > 0 && (judged.flip ?? judged.verdict.flip) !== null
}

/** The first good answer of a new probe is no news: nobody was told otherwise. */
export function isNews(flip: Flip | null): flip is Flip {
  return flip !== null && !(flip.from === 'unknown' && flip.to === 'up')
}

/** What a flip rests on, as if one had seen it: the reasons of all regions that say so. */
export function evidenceOf({ sample, watch, verdict, others, flip }: Weighed): Sample {
  if (others.length === 0) return sample
  const agreeing = [{ ...watch, ...verdict.belief }, ...others]
    .filter(({ state }) => state === flip?.to)
    .toSorted((a, b) => (a.region < b.region ? -1 : 1))
  const reasons = agreeing.map(
    ({ region, lastReason, lastLatencyMs }) => `${region}: ${lastReason || `${lastLatencyMs} ms`}`,
  )
  return {
    ...sample,
    status: null,
    answered: agreeing.some(({ lastLatencyMs }) => lastLatencyMs !== null),
    reason: reasons.join('; '),
  }
}
