import { desc, gt, sql } from 'drizzle-orm'
import { documents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { foremost, isLaborious } from '../../domain/documents.ts'
import { DomainError } from '../../domain/error.ts'
import type { Document } from '../../stores/store.ts'
import { programReader, type ProgramReader } from './programs.ts'

/** Documents per round: what was touched last is served first, a backlog follows. */
const ROUND = 50

/** Documents that are made in one go, and laborious ones that are compressed and stored together. */
const TURN = 10

type Touched = { path: string; revision: number }

/** What this process did beyond the revision that the store has reached: revisions by path. */
type Progress = { published: Map<string, number>; failed: Map<string, number> }

const progress = new WeakMap<Deps, Progress>()
const running = new WeakMap<Deps, { again: boolean; done: Promise<number> }>()

/**
 * Renders whatever was touched since this store was last published and puts it there. One run at a time per process;
 * a nudge during a run makes it look once more, so that nothing touched meanwhile waits for the next beat.
 */
export function publishDue(deps: Deps): Promise<number> {
  const current = running.get(deps)
  if (current) {
    current.again = true
    return current.done
  }
  const run = { again: true, done: Promise.resolve(0) }
  running.set(deps, run)
  run.done = publishUntilQuiet(deps, run).finally(() => running.delete(deps))
  return run.done
}

async function publishUntilQuiet(deps: Deps, run: { again: boolean }): Promise<number> {
  const { published, failed } = progress.get(deps) ?? { published: new Map(), failed: new Map() }
  progress.set(deps, { published, failed })
  let count = 0
  while (run.again) {
    const through = await reached(deps)
    const tried = new Map<string, number>()
    let touched: Touched[]
    while (true) {
      run.again = false
      touched = await deps.db
        .select({ path: documents.path, revision: documents.revision })
        .from(documents)
        .where(gt(documents.revision, through))
        .orderBy(desc(documents.revision))
      const round = nextRound(
        touched.filter(
          ({ path, revision }) => published.get(path) !== revision && tried.get(path) !== revision,
        ),
      )
      if (round.length === 0) break
      const { rendered, broken } = await publish(deps, round, failed, () => run.again)
      for (const { path, revision } of rendered) {
        tried.set(path, revision)
        if (broken.has(path)) continue
        published.set(path, revision)
        failed.delete(path)
        count++
      }
    }
    // What failed stays due: the next beat tries it again, and it alone.
    const due = touched.filter(({ path, revision }) => published.get(path) !== revision)
    const done = due.length > 0 ? due.at(-1)!.revision - 1 : (touched[0]?.revision ?? through)
    if (done > through) await deps.store.setPublishedThrough(done)
    if (due.length === 0) published.clear()
  }
  return count
}

/**
 * How far this store is. One that starts afresh, or is ahead of its database because a backup was restored, loses what the
 * database does not know; in the second case all documents get revisions beyond it.
 */
async function reached(deps: Deps): Promise<number> {
  const through = await deps.store.publishedThrough()
  const known = await deps.db.select().from(documents).orderBy(desc(documents.revision)).limit(1)
  const behind = through <= (known[0]?.revision ?? 0)
  if (behind && through > 0) return through
  if (!behind) {
    await deps.db.update(documents).set({ revision: sql`${documents.revision} + ${through}` })
    progress.get(deps)?.published.clear()
  }
  const paths = new Set((await deps.db.select().from(documents)).map(({ path }) => path))
  await deps.store.remove((await deps.store.paths()).filter((path) => !paths.has(path)))
  return through
}

/** What people look at first is served first; its neighbours must not make it wait. */
function nextRound<T extends { path: string }>(waiting: T[]): T[] {
  const first = waiting.filter(({ path }) => foremost.includes(path))
  if (first.length > 0) return first
  let laborious = 0
  return waiting.slice(0, ROUND).filter(({ path }) => !isLaborious(path) || ++laborious <= TURN)
}

/**
 * Publishes what can be rendered of a round, as far as it came before something else was touched; and the paths that
 * cannot, each logged once per revision.
 */
async function publish(
  deps: Deps,
  round: Touched[],
  failed: Progress['failed'],
  isInterrupted: () => boolean,
): Promise<{ rendered: Touched[]; broken: Set<string> }> {
  const readForPrograms = programReader(deps)
  const rendered: Touched[] = []
  const broken = new Set<string>()
  const results: { path: string; document: Document | null }[] = []
  for (const turn of turnsOf(round)) {
    const made = await Promise.all(
      turn.map(async ({ path, revision }) => {
        try {
          return { path, document: await render(deps, readForPrograms, path, revision) }
        } catch (error) {
          if (error instanceof DomainError && error.code === 'unavailable') throw error
          if (failed.get(path) !== revision)
            deps.log.error('a document cannot be rendered', { path, error })
          failed.set(path, revision)
          broken.add(path)
          return null
        }
      }),
    )
    rendered.push(...turn)
    results.push(...made.filter((result) => result !== null))
    if (isInterrupted()) break
    // Readers and probes have their turn in between.
    await deps.clock.sleep(0)
  }
  await deps.store.put(results.flatMap(({ document }) => document ?? []))
  await deps.store.remove(results.filter(({ document }) => !document).map(({ path }) => path))
  return { rendered, broken }
}

function turnsOf(round: Touched[]): Touched[][] {
  const turns: Touched[][] = []
  for (const one of round) {
    const last = turns.at(-1)
    const joins = last && last.length < TURN && !isLaborious(last[0]!.path)
    if (joins && !isLaborious(one.path)) last.push(one)
    else turns.push([one])
  }
  return turns
}

/** One document as it is now; null when there is no such thing (any more). */
async function render(
  deps: Deps,
  readForPrograms: ProgramReader,
  path: string,
  revision: number,
): Promise<Document | null> {
  const read = await readForPrograms(path)
  if (read) return { path, ...read, headers: {}, revision }
  const response = await deps.render(path, {})
  if (response.status === 404 && path !== '/404') return null
  if (response.status >= 500) throw new Error(`rendering ${path} answered ${response.status}`)
  const policy = response.headers.get('content-security-policy')
  const type = response.headers.get('content-type')
  const isPage = type === null || type.startsWith('text/html')
  return {
    path,
    content_type: isPage ? 'text/html; charset=utf-8' : type,
    body: await response.text(),
    headers: policy && isPage ? { 'content-security-policy': policy } : {},
    revision,
  }
}
