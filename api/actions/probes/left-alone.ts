import { eq, sql } from 'drizzle-orm'
import { alerts, probes } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { FOLDED_WITHIN, isUnwell, patienceWith } from '../../domain/dragging.ts'
import { speak } from '../../domain/message.ts'
import type { Symptom } from '../../domain/opening.ts'
import { settle, situations, touchedBySituations } from '../components/components.ts'
import { isWorkedOn, workedOn, workedOnUntil } from '../components/upkeep.ts'
import { thePage } from '../page.ts'
import { audit, decide, touch } from '../save.ts'
import { author } from './naming.ts'
import { alarm, toldOf } from './probe-alerts.ts'
import { foldInto, tellAlone } from './probe-incidents.ts'
import type { Probe } from './probing.ts'
import { idOf, loadTies } from './ties.ts'

/** Per round; whatever is left over is found again. */
const AT_MOST = 50

/**
 * Nothing is lost that was told as a part of something else: what still fails after all that it needs works again is told on
 * its own. And nothing is told twice: what fell at the same moment as its root becomes a part of it.
 */
export async function tellLeftAlone(deps: Deps): Promise<{ told: number; folded: number }> {
  const result = { told: 0, folded: 0 }
  for (const { id } of await untoldProbes(deps)) if (await tellIfAlone(deps, id)) result.told++
  for (const { id } of await freshlyTold(deps)) if (await foldIfDragged(deps, id)) result.folded++
  return result
}

/** Not well, and no alert has said so since. */
export function untoldProbes(deps: Deps) {
  return deps.db
    .select({ id: probes.id })
    .from(probes)
    .where(
      sql`${probes.state} IN ('down', 'degraded') AND ${probes.paused} = 0
        AND NOT EXISTS (SELECT 1 FROM alerts live WHERE live.source = 'probe' AND live.dedupe_key = ${probes.id}
          AND live.status <> 'resolved' AND live.dedupe_key <> '')
        AND NOT EXISTS (SELECT 1 FROM alerts past WHERE past.status = 'resolved' AND past.created_at >= ${probes.stateSince}
          AND past.source = 'probe' AND past.dedupe_key = ${probes.id} AND past.resolved_by <> 'probe')
        AND NOT ${workedOn(probes.componentId)}`,
    )
    .limit(AT_MOST)
}

function freshlyTold(deps: Deps) {
  const since = deps.clock.now() - 2 * FOLDED_WITHIN
  return deps.db
    .select({ id: sql<string>`${alerts.probeId}` })
    .from(alerts)
    .where(
      sql`${alerts.status} = 'open' AND ${alerts.createdAt} >= ${since} AND ${alerts.source} = 'probe'
        AND ${alerts.dedupeKey} = ${alerts.probeId}
        AND EXISTS (SELECT 1 FROM component_dependencies WHERE component_id = ${alerts.componentId})`,
    )
    .limit(AT_MOST)
}

function tellIfAlone(deps: Deps, id: string): Promise<boolean> {
  return decide(async () => {
    const found = await lookAround(deps, id)
    if (!found) return false
    const { probe, ties, situation, page, workedUntil } = found
    if (ties.roots.length > 0 || mayRecover(found, deps.clock.now())) return false
    if ((await toldOf(deps, [probe])).size > 0) return false
    const symptom = symptomOf(found)
    const since = Math.max(probe.stateSince!, workedUntil ?? 0)
    const flip = { ...flipOf(probe), startedAt: since }
    const alone = await tellAlone(deps, { ...found, flip, symptom, reason: '' }, ties)
    const say = speak('en')
    await deps.db.write([
      ...alone.statements,
      ...settle(deps, alone.situation, since),
      ...alarm(deps, probe, probe.state, {
        title: say(`probe.${symptom}`, { component: situation.fullName }),
        detail: say(workedUntil === null ? 'alert.left' : 'alert.after_maintenance'),
        incidentId: alone.id,
        drags: alone.drags,
      }),
      touch(deps, [...touchedBySituations([alone.situation]), ...alone.touched]),
      audit(deps, author, 'probe.left', `probes/${probe.id}`, {
        since,
        incident: alone.id,
      }),
    ])
    deps.log.info('probes.left_alone', { probe: probe.id, page: page.id })
    return true
  })
}

type Found = NonNullable<Awaited<ReturnType<typeof lookAround>>>

/** What it needs has only just changed, and it may not have been asked since; once work on it is over it speaks at once. */
function mayRecover({ probe, ties: { self, needs }, workedUntil }: Found, now: number): boolean {
  const tied = workedUntil === null ? [self, ...needs] : needs
  const changed = tied.map(({ situation }) => situation.component.updatedAt)
  return now < Math.max(0, ...changed) + patienceWith(probe)
}

function symptomOf({ probe, workedUntil }: Found): Symptom {
  if (probe.state !== 'down') return 'slow'
  return workedUntil === null ? 'left' : 'after_maintenance'
}

/** Two processes may see a root and its dependents fall at once, and neither what the other one saves. */
function foldIfDragged(deps: Deps, id: string): Promise<boolean> {
  return decide(async () => {
    const found = await lookAround(deps, id)
    if (!found || found.ties.roots.length === 0) return false
    const { probe, ties } = found
    const told = await toldOf(deps, [probe, ...ties.roots.flatMap((root) => root.probes)])
    const own = told.get(id)
    const root = ties.roots
      .flatMap(({ probes: asked }) => asked.flatMap((one) => told.get(one.id) ?? []))
      .find(({ createdAt }) => own && Math.abs(createdAt - own.createdAt) <= FOLDED_WITHIN)
    if (own?.status !== 'open' || !root) return false
    const happening = { ...found, flip: flipOf(probe), symptom: 'left' as const, reason: '' }
    const folded = await foldInto(deps, happening, ties, root.title)
    await deps.db.write([
      ...folded.statements,
      ...settle(deps, folded.situation, probe.stateSince!),
      touch(deps, folded.touched),
      audit(deps, author, 'probe.folded', `probes/${id}`, { because_of: ties.roots.map(idOf) }),
    ])
    return true
  })
}

async function lookAround(deps: Deps, id: string) {
  const probe = await deps.db.query.probes.findFirst({ where: eq(probes.id, id) })
  if (!probe || probe.paused || !isUnwell(probe.state)) return null
  const [situation] = await situations(deps, [probe.componentId])
  if (isWorkedOn(situation!)) return null
  const page = await thePage(deps)
  const ties = await loadTies(deps, situation!, probe)
  const workedUntil = await workedOnUntil(deps, probe.componentId, probe.stateSince!)
  return { probe, situation: situation!, page, ties, workedUntil }
}

function flipOf({ state, stateSince }: Probe) {
  return { from: state, to: state, startedAt: stateSince! }
}
