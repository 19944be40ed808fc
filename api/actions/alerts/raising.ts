import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { alerts } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Alarm } from '../../domain/alert.ts'

/** Raises one alert, where `when` holds: what is known of the thing already is the same alert, seen once more. */
export function raise(deps: Deps, alarm: Alarm, when?: SQL): Statement[] {
  return [raiseAll(deps, [alarm], when)]
}

/** The same for many in one statement; `when` may ask for fields of each by `value ->> 'field'`. */
export function raiseAll(deps: Deps, alarms: Alarm[], when = sql`true`): Statement {
  const now = deps.clock.now()
  const rows = alarms.map((alarm) => ({ labels: {}, ...alarm, id: deps.newId() }))
  return deps.db.run(sql`
    INSERT INTO ${alerts} (id, source, dedupe_key, event_type, severity, status, title, detail, labels, url,
      probe_id, component_id, incident_id, last_seen_at, created_at, updated_at)
    SELECT value ->> 'id', value ->> 'source', value ->> 'dedupeKey', value ->> 'eventType', value ->> 'severity', 'open',
      value ->> 'title', value ->> 'detail', value -> 'labels', value ->> 'url',
      value ->> 'probeId', value ->> 'componentId', value ->> 'incidentId', ${now}, ${now}, ${now}
    FROM json_each(${JSON.stringify(rows)}) WHERE ${when}
    ON CONFLICT (source, dedupe_key) WHERE status <> 'resolved' AND dedupe_key <> '' DO UPDATE SET
      occurrences = alerts.occurrences + 1, last_seen_at = excluded.last_seen_at, updated_at = excluded.updated_at,
      event_type = excluded.event_type, severity = excluded.severity, title = excluded.title,
      detail = excluded.detail, labels = excluded.labels, url = excluded.url,
      probe_id = excluded.probe_id, component_id = excluded.component_id,
      incident_id = coalesce(excluded.incident_id, alerts.incident_id)`)
}

/** Ends the live alert of a thing, if there is one: its cause is gone. */
export function resolve(deps: Deps, source: string, dedupeKey: string, reason = ''): Statement {
  const known = and(eq(alerts.source, source), eq(alerts.dedupeKey, dedupeKey))
  return resolveLive(deps, sql`${known}`, { by: source, reason })
}

/** Ends all live alerts that a condition describes. */
export function resolveLive(
  deps: Deps,
  condition: SQL,
  { by, reason }: { by: string; reason: string },
): Statement {
  const now = deps.clock.now()
  return deps.db
    .update(alerts)
    .set({
      status: 'resolved',
      resolvedAt: now,
      resolvedBy: by,
      updatedAt: now,
      ...(reason ? { reason } : {}),
    })
    .where(and(isLive(), condition))
}

/** Written out: the index of live alerts is partial, and a parameter would keep the query from it. */
export function isLive(): SQL {
  return sql`${alerts.status} <> 'resolved' AND ${alerts.dedupeKey} <> ''`
}
