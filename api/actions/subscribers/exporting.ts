import { and, asc, eq, gt, ne } from 'drizzle-orm'
import { stringify } from 'csv-stringify/sync'
import { components, groups, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { defused } from '../../domain/csv-text.ts'
import { exportColumns } from '../../domain/subscriber-csv.ts'
import type { SubscriberState } from '../../domain/words.ts'
import { isoOrNull } from '../page.ts'
import { audit, type Actor } from '../save.ts'
import { subscribersWithSuppression, type Suppressed } from './subscribers.ts'

export type Exported = Exclude<SubscriberState, 'erased'>

const CHUNK = 1000

/** All subscribers as RFC 4180, a chunk at a time; an import reads the same columns. */
export async function exportSubscribers(
  deps: Deps,
  actor: Actor,
  state: Exported | undefined,
): Promise<ReadableStream<Uint8Array>> {
  const keys = await keysById(deps)
  await deps.db.write([audit(deps, actor, 'subscribers.exported', 'subscribers', { state })])
  const encoder = new TextEncoder()
  let cursor = 0
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(csv([[...exportColumns]]))),
    async pull(controller) {
      const rows = await subscribersWithSuppression(deps)
        .where(
          and(
            gt(subscribers.seq, cursor),
            state ? eq(subscribers.state, state) : ne(subscribers.state, 'erased'),
          ),
        )
        .orderBy(asc(subscribers.seq))
        .limit(CHUNK)
      if (rows.length > 0) {
        cursor = rows.at(-1)!.seq
        controller.enqueue(encoder.encode(csv(rows.map((row) => cellsOf(row, keys)))))
      }
      if (rows.length < CHUNK) controller.close()
    },
  })
}

function csv(records: string[][]): string {
  return stringify(
    records.map((cells) => cells.map(defused)),
    { record_delimiter: 'windows' },
  )
}

/** Keys outlive a move to another installation, ids don't. */
async function keysById(deps: Deps): Promise<Map<string, string>> {
  const [componentRows, groupRows] = await deps.db.batch([
    deps.db.select({ id: components.id, key: components.key }).from(components),
    deps.db.select({ id: groups.id, key: groups.key }).from(groups),
  ])
  return new Map([...componentRows, ...groupRows].map(({ id, key }) => [id, key]))
}

function cellsOf(row: Suppressed, keys: Map<string, string>): string[] {
  const { preferences } = row
  const list = (ids: string[]) => ids.map((id) => keys.get(id) ?? id).join('|')
  const cells: Record<(typeof exportColumns)[number], string> = {
    channel: row.channel,
    address: row.address ?? '',
    components: list(preferences.components),
    events: preferences.events.join('|'),
    min_impact: preferences.min_impact,
    groups: list(preferences.groups),
    updates: preferences.updates,
    quiet_from: preferences.quiet?.from ?? '',
    quiet_until: preferences.quiet?.until ?? '',
    digest_at: preferences.digest_at ?? '',
    locale: row.locale,
    time_zone: row.timeZone,
    only_incidents: preferences.only_incidents ? 'true' : '',
    state: row.state,
    confirmed_at: isoOrNull(row.confirmedAt) ?? '',
    suppressed: row.suppressed ?? '',
  }
  return exportColumns.map((column) => cells[column])
}
