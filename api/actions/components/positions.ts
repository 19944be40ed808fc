import { sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { components, groups } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'

type Place = {
  id: string
  /** Counted from 1; absent, or beyond the end: last. */
  position?: number | undefined
}

/** Numbers the components of a group, or those in none, from 1; `placed` goes to its place, the others keep their order. */
export function arrangeComponents(
  deps: Deps,
  groupId: string | null,
  placed?: Place | undefined,
): Statement {
  return arrange(deps, components, sql`group_id IS ${groupId}`, placed)
}

export function arrangeGroups(deps: Deps, placed: Place): Statement {
  return arrange(deps, groups, sql`true`, placed)
}

/** One statement on what is there when it runs: two who arrange at once never leave a gap or two of the same place. */
function arrange(
  deps: Deps,
  table: typeof components | typeof groups,
  siblings: SQL,
  placed: Place = { id: '' },
): Statement {
  const place = (placed.position ?? Number.MAX_SAFE_INTEGER) - 0.5
  return deps.db.run(sql`
    UPDATE ${table} SET position = arranged.position
    FROM (
      SELECT id, row_number() OVER (ORDER BY place, id) AS position FROM (
        SELECT id, ${place} AS place FROM ${table} WHERE ${siblings} AND id = ${placed.id}
        UNION ALL
        SELECT id, row_number() OVER (ORDER BY position, id) FROM ${table}
        WHERE ${siblings} AND id <> ${placed.id})
    ) AS arranged
    WHERE arranged.id = ${table}.id AND arranged.position <> ${table}.position`)
}
