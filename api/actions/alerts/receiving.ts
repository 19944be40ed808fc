import { eq, inArray, or, sql, type SQL } from 'drizzle-orm'
import { alertSources, alerts, auditLog, components, webhookEvents } from '../../../db/schema.ts'
import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import type { Alarm } from '../../domain/alert.ts'
import type { Incoming } from '../../domain/alert-incoming.ts'
import { MINUTE } from '../../domain/time.ts'
import { raiseAll, resolveLive } from './raising.ts'
import type { AlertSource } from './source-secrets.ts'

/** A sender without ids that says the same within this time repeats a request whose answer it did not get. */
const REPEATED_WITHIN = 10 * MINUTE

type Told = Alarm & Pick<Incoming, 'reminds'> & { eventId: string }

/** Stores what another system says, in one batch however much it is: it may forget it when this has ended. */
export async function receiveAlerts(
  deps: Deps,
  source: AlertSource,
  said: Incoming[],
  requestId: string | null,
): Promise<void> {
  const told = await tell(deps, source, said)
  const now = deps.clock.now()
  await deps.db.write([
    deps.db
      .update(alertSources)
      .set({ lastReceivedAt: now })
      .where(eq(alertSources.key, source.key)),
    ...(told.firing.length + told.over.length > 0 ? keep(deps, source, told, requestId) : []),
  ])
}

function keep(
  deps: Deps,
  { key }: AlertSource,
  { firing, over }: { firing: Told[]; over: Told[] },
  requestId: string | null,
): Statement[] {
  const now = deps.clock.now()
  const events = JSON.stringify([...firing, ...over])
  const counts = JSON.stringify({ firing: firing.length, resolved: over.length })
  return [
    deps.db.run(sql`
      INSERT INTO ${auditLog} (at, actor, action, object, detail, request_id)
      SELECT ${now}, ${providerOf(key)}, 'alerts.received', ${`alert-sources/${key}`}, ${counts}, ${requestId}
      WHERE EXISTS (SELECT 1 FROM json_each(${events}) WHERE ${isNews(deps, key)})`),
    ...(firing.length > 0 ? [raiseAll(deps, firing, isNews(deps, key))] : []),
    ...(over.length > 0 ? [resolveAll(deps, key, over)] : []),
    deps.db.run(sql`
      INSERT INTO ${webhookEvents} (provider, event_id, received_at)
      SELECT ${providerOf(key)}, value ->> 'eventId', ${now} FROM json_each(${events}) WHERE true
      ON CONFLICT (provider, event_id) DO UPDATE SET received_at = excluded.received_at`),
  ]
}

/** What resolves without an id of its own is simply true; it can be said as often as one likes. */
function resolveAll(deps: Deps, key: string, over: Told[]): Statement {
  const ended = sql`
    SELECT value ->> 'dedupeKey' FROM json_each(${JSON.stringify(over)})
    WHERE value ->> 'reminds' OR NOT ${wasHeard(key)}`
  return resolveLive(deps, sql`${alerts.source} = ${key} AND ${alerts.dedupeKey} IN (${ended})`, {
    by: key,
    reason: '',
  })
}

/** An event without an id that is repeated while its alert is live is known; once resolved, it is better told twice. */
function isNews(deps: Deps, key: string): SQL {
  const lately = sql`received_at > ${deps.clock.now() - REPEATED_WITHIN}`
  const live = sql`EXISTS (SELECT 1 FROM alerts live WHERE live.source = ${key}
    AND live.dedupe_key = value ->> 'dedupeKey' AND live.status <> 'resolved' AND live.dedupe_key <> '')`
  return sql`NOT CASE WHEN value ->> 'reminds' THEN ${wasHeard(key, lately)} AND ${live} ELSE ${wasHeard(key)} END`
}

function wasHeard(key: string, when = sql`true`): SQL {
  return sql`EXISTS (SELECT 1 FROM webhook_events
    WHERE provider = ${providerOf(key)} AND event_id = value ->> 'eventId' AND ${when})`
}

function providerOf(key: string): string {
  return `alerts:${key}`
}

/** Of several words on one thing in one request the last one counts. */
async function tell(deps: Deps, source: AlertSource, said: Incoming[]) {
  const last = [...new Map(said.map((one) => [one.dedupe_key, one])).values()]
  const componentOf = await findComponents(deps, source, last)
  const told = Map.groupBy(last, ({ state }) => state)
  const inOurWords = (one: Incoming): Told => ({
    source: source.key,
    dedupeKey: one.dedupe_key,
    eventType: one.event_type,
    severity: one.severity,
    title: one.title,
    detail: one.detail,
    labels: one.labels,
    url: one.url,
    componentId: componentOf(one),
    eventId: one.event_id,
    reminds: one.reminds,
  })
  return {
    firing: (told.get('firing') ?? []).map(inOurWords),
    over: (told.get('resolved') ?? []).map(inOurWords),
  }
}

async function findComponents(deps: Deps, source: AlertSource, said: Incoming[]) {
  const names = [...new Set(said.flatMap(({ component }) => component ?? []))]
  const found =
    names.length === 0
      ? []
      : await deps.db
          .select({ id: components.id, key: components.key })
          .from(components)
          .where(or(inArray(components.id, names), inArray(components.key, names)))
  return ({ component }: Incoming): string | null =>
    found.find(({ id, key }) => id === component || key === component)?.id ?? source.componentId
}
