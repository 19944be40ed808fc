import { and, eq, inArray, isNull, not, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { alerts, incidents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { formatDuration } from '../../domain/duration.ts'
import { FLAPPING_WINDOW } from '../../domain/flapping.ts'
import { speak } from '../../domain/message.ts'
import { isLive } from '../alerts/raising.ts'
import { workedOn } from '../components/upkeep.ts'
import { thePage } from '../page.ts'
import type { Judged, Probe } from './probing.ts'

/** Where a target has begun to go to and fro, and nobody else says otherwise, its live alert and its draft say so. Belongs after both are saved. */
export async function tellFlapping(deps: Deps, judged: Judged[]): Promise<Statement[]> {
  const begun = judged.filter(
    ({ probe, watch, verdict }) =>
      probe.regions.length <= 1 &&
      watch.flappingUntil === null &&
      verdict.belief.flappingUntil !== null,
  )
  if (begun.length === 0) return []
  const { locale } = await thePage(deps)
  return begun.flatMap(({ probe }) => [
    addToAlert(deps, probe, sentence(probe, 'en')),
    addToDraft(deps, probe, sentence(probe, locale)),
  ])
}

function sentence({ stableMs }: Probe, locale: string): string {
  const window = formatDuration(FLAPPING_WINDOW, locale)
  return speak(locale)('probe.flapping', { window, stable: formatDuration(stableMs, locale) })
}

function addToAlert(deps: Deps, { id }: Probe, said: string): Statement {
  const now = deps.clock.now()
  return deps.db
    .update(alerts)
    .set({ detail: sql`${alerts.detail} || ${`. ${said}`}`, updatedAt: now })
    .where(
      and(
        isLive(),
        eq(alerts.source, 'probe'),
        eq(alerts.dedupeKey, id),
        unsaid(alerts.detail, said),
      ),
    )
}

/** Only what it wrote itself and nobody has read yet but operators. */
function addToDraft(deps: Deps, { id, componentId }: Probe, said: string): Statement {
  const drafts = deps.db
    .select({ id: incidents.id })
    .from(incidents)
    .where(and(eq(incidents.probeId, id), eq(incidents.draft, true), isNull(incidents.resolvedAt)))
  return deps.db
    .update(incidentUpdates)
    .set({ body: sql`${incidentUpdates.body} || ${` ${said}`}`, updatedAt: deps.clock.now() })
    .where(
      and(
        inArray(incidentUpdates.incidentId, drafts),
        eq(incidentUpdates.author, 'probe'),
        unsaid(incidentUpdates.body, said),
        not(workedOn(componentId)),
      ),
    )
}

function unsaid(column: typeof alerts.detail | typeof incidentUpdates.body, said: string) {
  return sql`instr(${column}, ${said}) = 0`
}
