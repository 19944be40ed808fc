import { and, eq, gte, inArray, isNull, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { incidents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { FOLDED_WITHIN } from '../../domain/dragging.ts'
import { resolve } from '../alerts/raising.ts'
import { audit, nextVersion } from '../save.ts'
import { author } from './naming.ts'
import { toldOf } from './probe-alerts.ts'
import { wordOf, type Tied } from './ties.ts'

/** What fell before its root, as far as operators are better told of it as a part of that. */
export type Foldable = {
  /** Dragged components that have no alert of their own, or had one for a moment only. */
  parts: Tied[]
  /** Probes whose own alert is to end. */
  probeIds: string[]
}

/** Who was told of on their own for longer, or is being looked after, stays so. */
export async function foldable(deps: Deps, dragged: Tied[], at: number): Promise<Foldable> {
  const told = await toldOf(
    deps,
    dragged.flatMap(({ probes }) => probes.filter(({ state }) => state !== 'up')),
  )
  const isFresh = (probeId: string) => {
    const alert = told.get(probeId)
    return alert?.status === 'open' && at - alert.createdAt <= FOLDED_WITHIN
  }
  const parts = dragged.filter(({ probes }) =>
    probes.every(({ id }) => !told.has(id) || isFresh(id)),
  )
  const probeIds = parts.flatMap(({ probes }) => probes.map(({ id }) => id).filter(isFresh))
  return { parts, probeIds }
}

export function foldAlerts(deps: Deps, probeIds: string[], title: string): Statement[] {
  return probeIds.map((id) => resolve(deps, 'probe', id, `a part of “${title}”`))
}

/** Withdraws the drafts that probes wrote of late and nobody has touched, where another incident says it instead. */
export async function foldDrafts(
  deps: Deps,
  probeIds: string[],
  into: string | undefined,
): Promise<Statement[]> {
  if (probeIds.length === 0 || into === undefined) return []
  const now = deps.clock.now()
  const drafts = await deps.db
    .select({ id: incidents.id, version: incidents.version })
    .from(incidents)
    .where(
      and(
        inArray(incidents.probeId, probeIds),
        eq(incidents.draft, true),
        isNull(incidents.resolvedAt),
        gte(incidents.createdAt, now - FOLDED_WITHIN),
        eq(incidents.updatedAt, incidents.createdAt),
        sql`NOT EXISTS (SELECT 1 FROM ${incidentUpdates}
          WHERE incident_id = ${incidents.id} AND author <> ${author.id})`,
      ),
    )
  return drafts.flatMap(({ id, version }) => [
    deps.db
      .update(incidents)
      .set({
        status: 'resolved',
        resolvedAt: now,
        updatedAt: now,
        version: nextVersion(incidents.version, version),
      })
      .where(eq(incidents.id, id)),
    audit(deps, author, 'incident.discard', `incidents/${id}`, { part_of: into }),
  ])
}

/** As incidents name it. */
export function asDragged(tied: Tied) {
  return { situation: tied.situation, word: wordOf(tied)! }
}
