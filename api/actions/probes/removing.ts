import { eq } from 'drizzle-orm'
import {
  alerts,
  incidents,
  probeReports,
  probes,
  sampleBuckets,
  watches,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { documentsOfComponent } from '../../domain/documents.ts'
import { audit, decide, nextVersion, touch, type Actor } from '../save.ts'
import { findProbe, settleBy } from './probes.ts'

/**
 * Ends a probe for good, and all that it measured. What components showed because of it stays in their uptime; what is told
 * of it is over, as if it had been paused; incidents and alerts that it opened stay, opened by nobody. Returns its key.
 */
export function removeProbe(deps: Deps, actor: Actor, idOrKey: string): Promise<string> {
  return decide(async () => {
    const probe = await findProbe(deps, idOrKey)
    const { id, key, version } = probe
    const silent = { ...probe, state: 'unknown' as const, stateSince: null }
    await deps.db.write([
      // Whoever changed it meanwhile takes the whole batch away.
      deps.db
        .update(probes)
        .set({ version: nextVersion(probes.version, version) })
        .where(eq(probes.id, id)),
      ...(await settleBy(deps, probe, silent)),
      deps.db.update(alerts).set({ probeId: null }).where(eq(alerts.probeId, id)),
      deps.db.update(incidents).set({ probeId: null }).where(eq(incidents.probeId, id)),
      ...[sampleBuckets, probeReports, watches].map((table) =>
        deps.db.delete(table).where(eq(table.probeId, id)),
      ),
      deps.db.delete(probes).where(eq(probes.id, id)),
      touch(deps, documentsOfComponent(probe.componentId)),
      audit(deps, actor, 'probe.delete', `probes/${id}`, { key }),
    ])
    return key
  })
}
