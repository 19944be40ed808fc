import { and, eq, inArray } from 'drizzle-orm'
import { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import {
  momentOf,
  type AgentAnswer,
  type AgentReport,
  type AgentRound,
  type IgnoredReason,
} from '../../domain/agent.ts'
import { DomainError } from '../../domain/error.ts'
import { mainRegion, regionName } from '../../domain/region.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import { thePage } from '../page.ts'
import { claimDue } from './claiming.ts'
import { saveAnswers, type Answer } from './probing.ts'

const ASK_AGAIN = 2 * SECOND
const ROUND = 200
/** Until the next round has surely come, so that each probe can be asked on its dot. */
const AHEAD = ASK_AGAIN + SECOND
/** An agent may have to wait until the service is back before it can report. */
const PATIENCE = MINUTE

/** The region that a key reports for is its name. */
export function regionOfKey(deps: Deps, name: string): string {
  if (!regionName.test(name))
    throw new DomainError(
      'conflict',
      `this key is named ${JSON.stringify(name)}, and its name is the region that it reports for: name a new one with a-z, 0-9 and -, such as office-berlin`,
    )
  if (name === mainRegion || name === deps.config.REGION)
    throw new DomainError(
      'conflict',
      `the service itself asks from ${name}: an agent needs a key with another name`,
    )
  return name
}

/** What is due in an agent's region, held for it until it has answered. */
export async function questionsFor(deps: Deps, region: string): Promise<AgentRound> {
  const wish = { region, ahead: AHEAD, limit: ROUND, patience: PATIENCE }
  const claimed = await claimDue(deps, wish)
  const { canaries } = await thePage(deps)
  return {
    region,
    now: deps.clock.now(),
    ask_again_ms: claimed.length < ROUND ? ASK_AGAIN : 0,
    canaries,
    questions: claimed.map(({ probe, watch }) => ({
      id: probe.id,
      lease: watch.version,
      due_at: watch.nextAt,
      timeout_ms: probe.timeoutMs,
      question: probe.question,
    })),
  }
}

export type Heard = {
  accepted: number
  flipped: number
  ignored: { id: string; reason: IgnoredReason }[]
}

/** Judges what an agent has heard; what comes too late, twice or from another time changes nothing. */
export async function hearAgent(
  deps: Deps,
  region: string,
  { answers, hearing }: AgentReport,
): Promise<Heard> {
  const held = await loadHeld(deps, region, answers)
  const ignored: Heard['ignored'] = []
  const believed = new Map<string, Answer>()
  for (const { id, lease, asked_at, sample } of answers) {
    const one = held.get(id)
    const at = momentOf(asked_at, deps.clock.now())
    if (!one) ignored.push({ id, reason: 'unknown' })
    else if (typeof at === 'string') ignored.push({ id, reason: at })
    else if (one.watch.version !== lease || believed.has(id))
      ignored.push({ id, reason: 'superseded' })
    else believed.set(id, { ...one, sample, at })
  }
  const own = hearing && {
    at: Math.min(hearing.asked_at, deps.clock.now()),
    canaries: hearing.canaries,
  }
  const flipped = await saveAnswers(deps, [...believed.values()], () =>
    Promise.resolve(own ?? null),
  )
  return { accepted: believed.size, flipped, ignored }
}

async function loadHeld(deps: Deps, region: string, answers: AgentAnswer[]) {
  const ids = answers.map(({ id }) => id)
  const rows = await deps.db
    .select({ probe: probes, watch: watches })
    .from(watches)
    .innerJoin(probes, eq(probes.id, watches.probeId))
    .where(and(eq(watches.region, region), inArray(watches.probeId, ids)))
  return new Map(
    rows.flatMap(({ probe, watch }) => {
      const { nextAt } = watch
      return nextAt === null ? [] : [[probe.id, { probe, watch: { ...watch, nextAt } }] as const]
    }),
  )
}
