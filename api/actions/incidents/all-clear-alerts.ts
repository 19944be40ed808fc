import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { alerts, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Alarm } from '../../domain/alert.ts'
import type { Proposal } from '../../domain/all-clear.ts'
import { speak } from '../../domain/message.ts'
import { formatInstant } from '../../domain/time.ts'
import { isLive, raiseAll, resolveLive } from '../alerts/raising.ts'
import type { Page } from '../page.ts'

const SOURCE = 'all_clear'

/** Asks for each all-clear that is due, once; the alert ends when it was given, or is not due after all. */
export async function askOperators(
  deps: Deps,
  page: Page,
  due: Map<string, Proposal>,
): Promise<void> {
  const now = deps.clock.now()
  const proposed = Array.from(due, ([id, proposal]) => ({
    id,
    proposal,
    key: `${id}:${proposal.ended}`,
  }))
  const earliest = Math.min(now, ...proposed.map(({ proposal }) => proposal.ended))
  const [live, past] = await deps.db.batch([
    deps.db
      .select({ key: alerts.dedupeKey })
      .from(alerts)
      .where(and(isLive(), eq(alerts.source, SOURCE))),
    deps.db
      .select({ key: alerts.dedupeKey })
      .from(alerts)
      .where(
        sql`${alerts.status} = 'resolved' AND ${alerts.createdAt} >= ${earliest} AND ${alerts.source} = ${SOURCE}`,
      ),
  ])
  const known = new Set([...live, ...past].map(({ key }) => key))
  const fresh = proposed.filter(({ key }) => !known.has(key))
  const over = live.filter(({ key }) => !proposed.some((one) => one.key === key))
  const named =
    fresh.length > 0
      ? await namesOf(
          deps,
          fresh.map(({ id }) => id),
        )
      : new Map()
  const alarms = fresh.map(({ id, key, proposal }) =>
    alarmOf(page, proposal, { id, key, name: named.get(id) ?? '' }),
  )
  await deps.db.write([
    ...(alarms.length > 0 ? [raiseOnce(deps, alarms)] : []),
    ...(over.length > 0
      ? [
          resolveAll(
            deps,
            over.map(({ key }) => key),
          ),
        ]
      : []),
  ])
}

async function namesOf(deps: Deps, ids: string[]): Promise<Map<string, string>> {
  const rows = await deps.db
    .select({ id: incidents.id, name: incidents.name })
    .from(incidents)
    .where(inArray(incidents.id, ids))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Another process may have found the same, or given it meanwhile. */
function raiseOnce(deps: Deps, alarms: Alarm[]): Statement {
  return raiseAll(
    deps,
    alarms,
    sql`EXISTS (SELECT 1 FROM ${incidents} WHERE id = value ->> 'incidentId' AND resolved_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM ${alerts} WHERE ${isLive()}
        AND ${alerts.source} = ${SOURCE} AND ${alerts.dedupeKey} = value ->> 'dedupeKey')`,
  )
}

function resolveAll(deps: Deps, keys: string[]): Statement {
  const gone = and(eq(alerts.source, SOURCE), inArray(alerts.dedupeKey, keys))!
  return resolveLive(deps, gone, { by: SOURCE, reason: 'its cause is gone' })
}

const say = speak('en')

function alarmOf(
  page: Page,
  { ended, isUntold }: Proposal,
  { id, key, name }: { id: string; key: string; name: string },
): Alarm {
  const time = formatInstant(ended, 'en', page.timeZone)
  return {
    source: SOURCE,
    dedupeKey: key,
    eventType: 'all_clear.proposed',
    severity: 'info',
    title: say(isUntold ? 'alert.all_clear.untold' : 'alert.all_clear', { incident: name }),
    detail: say(isUntold ? 'alert.all_clear.untold.detail' : 'alert.all_clear.detail', { time }),
    incidentId: id,
  }
}
