import { asc, inArray, sql } from 'drizzle-orm'
import { probes } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { judge } from '../../domain/judging.ts'
import type { Sample, Verdict } from '../../domain/probe.ts'
import { SECOND } from '../../domain/time.ts'
import { saveFlip } from './flips.ts'
import { withholdOwnFaults } from './own-network.ts'
import { loadTold } from './reports.ts'
import { saveRound } from './rounds.ts'
import type { Asked, Prober, Told } from '../../probers/prober.ts'

export type Probe = typeof probes.$inferSelect

/** A check of a probe as it was claimed: its version is the right to save. */
export type Answer = { probe: Probe; sample: Sample; at: number }
export type Judged = Answer & {
  verdict: Verdict
  /** Set where our own network is to blame, by whose silence, or may be: the sample tells nothing. */
  withheld: 'ours' | 'neighbours' | 'canaries' | 'too_soon' | null
}

export type Checks = { checked: number; flipped: number }

type Round = {
  /** Probes due within so many milliseconds are claimed together, and each is asked on its dot. */
  ahead?: number
  /** Probes per round. */
  limit?: number
}

/** Asks what is due and saves what it learns; safe to run twice at once. */
export async function runDueProbes(deps: Deps, round: Round = {}): Promise<Checks> {
  return (await startDueProbes(deps, round)).done
}

/** The same without waiting for the answers: a slow target must not hold up the next round. */
export async function startDueProbes(
  deps: Deps,
  { ahead = 0, limit = 200 }: Round = {},
): Promise<{ asked: number; done: Promise<Checks> }> {
  const at = deps.clock.now()
  const claimed = await claim(deps, ahead, limit)
  const told = await loadTold(deps, claimed, at)
  return { asked: claimed.length, done: check(deps, claimed, told) }
}

/** Longer than any round and its saving; after it the probe is free again. */
const LEASE_MARGIN = 30 * SECOND

/** Takes due probes for this process: no row back means that another one was first. */
async function claim(deps: Deps, ahead: number, limit: number): Promise<Probe[]> {
  const now = deps.clock.now()
  const due = deps.db
    .select({ id: probes.id })
    .from(probes)
    .where(
      // `paused = 0` as written there: the index of due probes is partial.
      sql`${probes.paused} = 0 AND ${probes.nextAt} <= ${now + ahead}
        AND (${probes.leasedUntil} IS NULL OR ${probes.leasedUntil} < ${now})`,
    )
    .orderBy(asc(probes.nextAt))
    .limit(limit)
  if ((await due).length === 0) return []
  const claimed = await deps.db
    .update(probes)
    .set({
      leasedUntil: sql`${now + ahead + LEASE_MARGIN} + ${probes.timeoutMs}`,
      version: sql`${probes.version} + 1`,
    })
    .where(inArray(probes.id, due))
    .returning()
  return claimed.toSorted((a, b) => a.nextAt - b.nextAt)
}

/** Requests at once in one round. */
const AT_ONCE = 50

/** Answers are saved together, this often while slower ones are awaited. */
const SAVED_EVERY = 250

/** A save that fails leaves no trace but the lease, and an expired lease means another check. */
async function check(deps: Deps, claimed: Probe[], told: Map<string, Told>): Promise<Checks> {
  const queue = [...claimed]
  const answers: Answer[] = []
  const askInTurn = async () => {
    for (let probe = queue.shift(); probe; probe = queue.shift()) {
      const answer = await ask(deps, probe, told.get(probe.id))
      answers.push(answer)
    }
  }
  const asking = Promise.all(Array.from({ length: AT_ONCE }, askInTurn))
  const result = { checked: 0, flipped: 0 }
  while (result.checked < claimed.length) {
    await Promise.race([asking, deps.clock.sleep(SAVED_EVERY)])
    const arrived = answers.splice(0)
    result.checked += arrived.length
    result.flipped += await save(deps, arrived)
  }
  return result
}

async function ask(deps: Deps, probe: Probe, told: Told | undefined): Promise<Answer> {
  const early = probe.nextAt - deps.clock.now()
  if (early > 0 && !told) await deps.clock.sleep(early)
  // What was told was read as of then: what has come since is for the next look.
  const at = told?.at ?? deps.clock.now()
  const prober = deps.probers[probe.kind] as Prober
  const sample = await prober.ask({
    ...probe.question,
    timeout_ms: probe.timeoutMs,
    ...(told && { told }),
  } as Asked)
  return { probe, sample, at }
}

/** Saves a handful of answers: each flip in a batch of its own, all others together. */
async function save(deps: Deps, answers: Answer[]): Promise<number> {
  const judged = await withholdOwnFaults(
    deps,
    answers.map(({ probe, sample, at }) => ({
      probe,
      sample,
      at,
      withheld: null,
      verdict: judge(probe, sample, at),
    })),
  )
  await saveRound(
    deps,
    judged.filter((one) => !isNews(one)),
  )
  let flipped = 0
  for (const one of judged.filter(isNews)) if (await saveFlip(deps, one)) flipped++
  return flipped
}

/** The first good answer of a new probe is no news: nobody was told otherwise. */
function isNews({ verdict }: Judged): boolean {
  return verdict.flip !== null && !(verdict.flip.from === 'unknown' && verdict.flip.to === 'up')
}
