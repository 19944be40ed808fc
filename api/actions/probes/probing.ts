import type { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { judge } from '../../domain/judging.ts'
import type { Flip, Sample, Verdict } from '../../domain/probe.ts'
import { SECOND } from '../../domain/time.ts'
import { hearCanaries, type Hear } from './canaries.ts'
import { claimDue } from './claiming.ts'
import { saveFlip } from './flips.ts'
import { noteLag } from './lags.ts'
import { withholdOwnFaults } from './own-network.ts'
import { loadTold } from './reports.ts'
import { saveRound } from './rounds.ts'
import { hearOthers, isDecisive } from './votes.ts'
import type { Asked, Prober, Told } from '../../probers/prober.ts'

export type Probe = typeof probes.$inferSelect
export type Watch = typeof watches.$inferSelect

/** A probe as one region has claimed it: the version of its watch is the right to save. */
export type Claimed = { probe: Probe; watch: Watch & { nextAt: number } }
export type Answer = Claimed & { sample: Sample; at: number }
export type Judged = Answer & {
  /** What this region believes by itself. */
  verdict: Verdict
  /** Set where our own network is to blame, by whose silence, or may be: the sample tells nothing. */
  withheld: 'ours' | 'neighbours' | 'canaries' | 'too_soon' | null
}

/** The same beside what all regions say. */
export type Weighed = Judged & {
  /** What the other regions believe. */
  others: Watch[]
  /** What that changes for the probe. */
  flip: Flip | null
}

export type Checks = { checked: number; flipped: number }

type Round = {
  /** Probes due within so many milliseconds are claimed together, and each is asked on its dot. */
  ahead?: number
  /** Probes per round. */
  limit?: number
  /** Heard when a status has changed, while slower targets are still awaited. */
  onFlip?(): void
}

/** Asks what is due and saves what it learns; safe to run twice at once. */
export async function runDueProbes(deps: Deps, round: Round = {}): Promise<Checks> {
  return (await startDueProbes(deps, round)).done
}

/** The same without waiting for the answers: a slow target must not hold up the next round. */
export async function startDueProbes(
  deps: Deps,
  { ahead = 0, limit = 200, onFlip }: Round = {},
): Promise<{ asked: number; done: Promise<Checks> }> {
  const at = deps.clock.now()
  const region = deps.config.REGION
  const claimed = await claimDue(deps, { region, ahead, limit, patience: LEASE_MARGIN })
  const told = await loadTold(deps, claimed, at)
  return { asked: claimed.length, done: check(deps, claimed, told, onFlip) }
}

/** Longer than any round and its saving; after it the probe is free again. */
const LEASE_MARGIN = 30 * SECOND

/** Requests at once in one round. */
const AT_ONCE = 50

/** Answers that change nothing are saved together, this often: a write costs more than many checks. */
const SAVED_EVERY = SECOND

/** A save that fails leaves no trace but the lease, and an expired lease means another check. */
async function check(
  deps: Deps,
  claimed: Claimed[],
  told: Map<string, Told>,
  onFlip?: () => void,
): Promise<Checks> {
  const queue = [...claimed]
  const answers: Answer[] = []
  let hurry: (() => void) | undefined
  const askInTurn = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const answer = await ask(deps, next, told.get(next.probe.id))
      answers.push(answer)
      if (isPressing(answer)) hurry?.()
    }
  }
  const asking = Promise.all(Array.from({ length: AT_ONCE }, askInTurn))
  const result = { checked: 0, flipped: 0 }
  while (result.checked < claimed.length) {
    const hurried = new Promise<void>((resolve) => (hurry = resolve))
    if (!answers.some(isPressing))
      await Promise.race([asking, hurried, deps.clock.sleep(SAVED_EVERY)])
    const arrived = answers.splice(0)
    result.checked += arrived.length
    const flipped = await saveAnswers(deps, arrived)
    result.flipped += flipped
    if (flipped > 0) onFlip?.()
  }
  return result
}

/** The next check follows soon, or a status changes. */
function isPressing({ probe, watch, sample, at }: Answer): boolean {
  const { belief, flip } = judge({ ...probe, ...watch }, sample, at)
  return flip !== null || belief.failures > 0 || belief.successes > 0
}

async function ask(deps: Deps, claimed: Claimed, told: Told | undefined): Promise<Answer> {
  const { probe, watch } = claimed
  const early = watch.nextAt - deps.clock.now()
  if (early > 0 && !told) await deps.clock.sleep(early)
  const startedAt = deps.clock.now()
  if (!told) noteLag(deps, startedAt - watch.nextAt)
  // What was told was read as of then: what has come since is for the next look.
  const at = told?.at ?? startedAt
  const prober = deps.probers[probe.kind] as Prober
  const sample = await prober.ask({
    ...probe.question,
    timeout_ms: probe.timeoutMs,
    ...(told && { told }),
  } as Asked)
  return { ...claimed, sample, at }
}

/** Saves a handful of answers: each flip in a batch of its own, all others together. */
export async function saveAnswers(
  deps: Deps,
  answers: Answer[],
  hear: Hear = (urls) => hearCanaries(deps, urls),
): Promise<number> {
  const heard = await withholdOwnFaults(
    deps,
    answers.map((answer) => ({
      ...answer,
      withheld: null,
      verdict: judge({ ...answer.probe, ...answer.watch }, answer.sample, answer.at),
    })),
    hear,
  )
  const judged = await hearOthers(deps, heard)
  await saveRound(
    deps,
    judged.filter((one) => !isDecisive(one)),
  )
  let flipped = 0
  for (const one of judged.filter(isDecisive)) if (await saveFlip(deps, one)) flipped++
  return flipped
}
