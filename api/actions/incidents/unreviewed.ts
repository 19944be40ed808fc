import { and, desc, eq, gte, isNull } from 'drizzle-orm'
import { incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { isAmongGravest } from '../../domain/severity.ts'
import { DAY } from '../../domain/time.ts'
import { iso, type Page } from '../page.ts'

/** Nobody writes it later. */
const RECENT = 14 * DAY

/** Incidents of the gravest kind that are over and have no public post-mortem, the last one first. */
export async function unreviewed(deps: Deps, page: Page) {
  const rows = await deps.db
    .select({
      id: incidents.id,
      name: incidents.name,
      severity: incidents.severity,
      impact: incidents.impact,
      resolvedAt: incidents.resolvedAt,
      body: incidents.postmortem,
    })
    .from(incidents)
    .where(
      and(
        eq(incidents.kind, 'incident'),
        eq(incidents.draft, false),
        isNull(incidents.postmortemPublishedAt),
        gte(incidents.resolvedAt, deps.clock.now() - RECENT),
      ),
    )
    .orderBy(desc(incidents.resolvedAt))
  return rows
    .filter((incident) => isAmongGravest(incident, page.severities))
    .map(({ id, name, resolvedAt, body }) => ({
      id,
      name,
      resolved_at: iso(resolvedAt!),
      begun: body !== null,
    }))
}
