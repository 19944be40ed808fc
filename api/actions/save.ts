import { sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { auditLog, documents, page } from '../../db/schema.ts'
import type { Statement } from '../../db/client.ts'
import type { Deps } from '../deps.ts'
import { spokenAmong } from '../domain/documents.ts'
import { refused } from '../domain/refusal.ts'

/** Who does something, for the audit log: a key id, `probe`, `subscriber` or `provider:<name>`. */
export type Actor = {
  id: string
  requestId: string | null
  /** The request's Idempotency-Key and a hash of its method, path and body. */
  idempotency?: { key: string; requestHash: string }
}

/**
 * Gives documents a new revision, so that every store renders them again: those that people read in every language of the
 * page, so that whoever changes something thinks of one.
 */
export function touch(deps: Deps, paths: string[]): Statement {
  const now = deps.clock.now()
  const touched = [...new Set(paths)]
  const spoken = spokenAmong(touched)
  return deps.db.run(sql`
    INSERT INTO documents (path, revision, touched_at)
    SELECT path, (SELECT coalesce(max(revision), 0) FROM ${documents}) + place + 1, ${now}
    FROM (
      SELECT value AS path, key AS place FROM json_each(${JSON.stringify(touched)})
      UNION ALL
      SELECT '/' || language.value || spoken.value,
        ${touched.length} + language.key * ${spoken.length} + spoken.key
      FROM ${page}, json_each(${page.languages}) language, json_each(${JSON.stringify(spoken)}) spoken
    ) WHERE true
    ON CONFLICT (path) DO UPDATE SET revision = excluded.revision, touched_at = excluded.touched_at`)
}

export function audit(
  deps: Deps,
  actor: Actor,
  action: string,
  object: string,
  detail: Record<string, unknown> = {},
): Statement {
  return deps.db.insert(auditLog).values({
    at: deps.clock.now(),
    actor: actor.id,
    action,
    object,
    detail,
    requestId: actor.requestId,
  })
}

/**
 * The next version of a row that was read at `version`. Saved when somebody else has saved since, it violates NOT NULL
 * and takes the whole batch with it; `decide` then starts over.
 */
export function nextVersion(column: SQLiteColumn, version: number) {
  return sql<number>`CASE WHEN ${column} = ${version} THEN ${column} + 1 END`
}

const ROUNDS = 8
const OUTDATED = /NOT NULL constraint failed: \w+\.version/

/** Loads, decides and saves; starts over when another verb saved first, which `outdated` tells from the error. */
export async function decide<T>(verb: () => Promise<T>, outdated = OUTDATED): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await verb()
    } catch (error) {
      if (!violates(error, outdated)) throw error
      if (round === ROUNDS)
        throw refused('conflict', { key: 'refusal.changing' }, { retryAfter: 1 })
    }
  }
}

/** True when a batch failed on a constraint whose message matches; drivers agree on the text only. */
export function violates(error: unknown, constraint: RegExp): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (constraint.test(cause.message)) return true
  return false
}
