import { and, eq, lt } from 'drizzle-orm'
import { imports } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { decodeText } from '../../domain/csv-text.ts'
import { DomainError } from '../../domain/error.ts'
import { MINUTE } from '../../domain/time.ts'
import { once, remember } from '../access/idempotency.ts'
import { knownOf, outcomesOf, writeChunk } from './import-chunks.ts'
import { checkerOf, openList, type List, type Refused } from './import-rows.ts'
import { iso, isoOrNull } from '../page.ts'
import { audit, violates, type Actor } from '../save.ts'

type Import = typeof imports.$inferSelect

export type Wanted = {
  /** Those listed have agreed before; otherwise each is asked. */
  confirmed: boolean
  /** Says what would happen, and changes nothing. */
  dryRun: boolean
}

/** A process that has written nothing for so long has ended in the middle. */
const STALE = MINUTE

/** Takes a file in: what comes of it is told by line. Sent again, it does what is left to do and nothing twice. */
export async function importSubscribers(
  deps: Deps,
  actor: Actor,
  file: Uint8Array,
  wanted: Wanted,
) {
  const begun = await beginImport(deps, actor, file, wanted)
  await begun.run()
  await deps.clock.sleep(0)
  return { ...(await showImport(deps, begun.id)), ignored_columns: begun.ignoredColumns }
}

/** Writes down that an import begins; `run` does it, now or after the answer. */
export async function beginImport(deps: Deps, actor: Actor, file: Uint8Array, wanted: Wanted) {
  const list = openList(decodeText(file))
  let isOurs = false
  const id = await once(deps, actor, async () => {
    const fresh = deps.newId()
    const now = deps.clock.now()
    await deps.db.write([
      ...remember(deps, actor, fresh),
      deps.db.insert(imports).values({
        id: fresh,
        state: 'running',
        ...wanted,
        total: list.total,
        refused: [],
        actor: actor.id,
        createdAt: now,
        updatedAt: now,
      }),
      audit(deps, actor, 'subscribers.imported', `import:${fresh}`, {
        total: list.total,
        confirmed: wanted.confirmed,
        dry_run: wanted.dryRun,
      }),
    ])
    isOurs = true
    return fresh
  })
  /** What an earlier request with the same key began is gone on with only if it has ended in the middle. */
  const run = async () => {
    if (isOurs || (await takeOver(deps, id))) await runImport(deps, id, list)
  }
  return { id, ignoredColumns: list.layout.ignored, run }
}

/** Goes on with what a process that has ended left behind; of two that try only one does. */
async function takeOver(deps: Deps, id: string): Promise<boolean> {
  const now = deps.clock.now()
  const taken = await deps.db
    .update(imports)
    .set({ updatedAt: now })
    .where(
      and(eq(imports.id, id), eq(imports.state, 'running'), lt(imports.updatedAt, now - STALE)),
    )
    .returning({ id: imports.id })
  return taken.length > 0
}

async function runImport(deps: Deps, id: string, list: List): Promise<void> {
  const [row] = await deps.db.select().from(imports).where(eq(imports.id, id))
  try {
    const refused = await readThrough(deps, row!, list)
    await deps.clock.sleep(0)
    const now = deps.clock.now()
    await deps.db
      .update(imports)
      .set({ state: 'done', refused, updatedAt: now, finishedAt: now })
      .where(and(eq(imports.id, id), eq(imports.state, 'running')))
  } catch (error) {
    // Somebody else has taken it over: it is theirs to end.
    if (violates(error, /NOT NULL constraint failed: imports\.seen/)) return
    const message = error instanceof DomainError ? error.message : 'something went wrong here'
    const now = deps.clock.now()
    await deps.db
      .update(imports)
      .set({ state: 'failed', error: message, updatedAt: now, finishedAt: now })
      .where(and(eq(imports.id, id), eq(imports.state, 'running')))
    throw error
  }
}

/** All parts in their order; those that were written before are only read, to know their addresses and refusals. */
async function readThrough(deps: Deps, row: Import, list: List): Promise<Refused[]> {
  const check = await checkerOf(deps, list)
  const refused: Refused[] = []
  let seen = 0
  for (const part of list.parts) {
    // Everybody else's turn: an embedded database never gives it away.
    await deps.clock.sleep(0)
    const lines = await check(part)
    const outcomes = outcomesOf(await knownOf(deps, lines), row.confirmed)
    refused.push(...outcomes.refused)
    const before = seen
    seen += lines.length
    if (seen > row.seen) await writeChunk(deps, row, outcomes, { before, after: seen })
  }
  return refused
}

/** How far an import is, and once it is done what became of each line that was refused. */
export async function showImport(deps: Deps, id: string) {
  const [row] = await deps.db.select().from(imports).where(eq(imports.id, id))
  if (!row) throw new DomainError('not_found', `there is no import ${id}`)
  const isStale = row.state === 'running' && row.updatedAt < deps.clock.now() - STALE
  return {
    id,
    state: isStale ? ('failed' as const) : row.state,
    dry_run: row.dryRun,
    confirmed: row.confirmed,
    total: row.total,
    seen: row.seen,
    imported: row.imported,
    unchanged: row.unchanged,
    refused: row.refused,
    error: isStale ? 'it ended in the middle; import the same file again' : row.error,
    created_at: iso(row.createdAt),
    updated_at: iso(row.updatedAt),
    finished_at: isoOrNull(row.finishedAt),
  }
}
