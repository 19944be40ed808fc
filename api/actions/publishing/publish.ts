import { desc, gt, sql } from 'drizzle-orm'
import { documents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { isPublishedIn } from '../../domain/documents.ts'
import { DomainError } from '../../domain/error.ts'
import { languageIn } from '../../domain/languages.ts'
import type { Document } from '../../stores/store.ts'
import { thePage } from '../page.ts'
import { programReader, type ProgramReader } from './programs.ts'
import { byDocument, nextRound, TURN, turnsOf, type Touched } from './rounds.ts'

/** What this process did beyond the revision that the store has reached: revisions by path. */
type Progress = { published: Map<string, number>; failed: Map<string, number> }

type Result = { path: string; document: Document | null }

/** What pages were made from, so that their other languages need not read it again. */
type Views = Map<string, Promise<unknown>>

/** More would only be kept for nobody: the languages of a document follow one another. */
const VIEWS = 12

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
    const views: Views = new Map()
    let touched: Touched[] = []
    let waiting: Touched[] = []
    while (true) {
      run.again = false
      const news = await touchedSince(deps, touched[0]?.revision ?? through)
      if (news.length > 0) {
        const renewed = new Set(news.map(({ path }) => path))
        touched = [...news, ...touched.filter(({ path }) => !renewed.has(path))]
        waiting = byDocument(
          touched.filter(
            ({ path, revision }) =>
              published.get(path) !== revision && tried.get(path) !== revision,
          ),
        )
        views.clear()
      }
      const round = nextRound(waiting)
      if (round.length === 0) break
      const { rendered, broken } = await publish(deps, round, views, failed, () => run.again)
      const made = new Set(rendered)
      waiting = waiting.filter((one) => !made.has(one))
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

/** What was touched after a revision, the last first. */
function touchedSince(deps: Deps, revision: number): Promise<Touched[]> {
  return deps.db
    .select({ path: documents.path, revision: documents.revision })
    .from(documents)
    .where(gt(documents.revision, revision))
    .orderBy(desc(documents.revision))
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

/**
 * Publishes what can be rendered of a round, as far as it came before something else was touched; and the paths that
 * cannot, each logged once per revision.
 */
async function publish(
  deps: Deps,
  round: Touched[],
  views: Views,
  failed: Progress['failed'],
  isInterrupted: () => boolean,
): Promise<{ rendered: Touched[]; broken: Set<string> }> {
  const { languages } = await thePage(deps)
  const readForPrograms = programReader(deps)
  const rendered: Touched[] = []
  const broken = new Set<string>()
  let results: Result[] = []
  let keeping = Promise.resolve()
  for (const turn of turnsOf(round)) {
    if (views.size > VIEWS) views.clear()
    const made = await Promise.all(
      turn.map(async ({ path, revision }) => {
        try {
          const document = isPublishedIn(languages, path)
            ? await render(deps, readForPrograms, views, { path, revision })
            : null
          return { path, document }
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
    if (results.length >= TURN) {
      await keeping
      keeping = keep(deps, results)
      // Whoever waits for it hears of it.
      keeping.catch(() => undefined)
      results = []
    }
    // Readers and probes have their turn in between.
    await deps.clock.sleep(0)
  }
  await keeping
  await keep(deps, results)
  return { rendered, broken }
}

/** What is stored together; compressing more at once would hold up what is touched meanwhile. */
async function keep(deps: Deps, results: Result[]): Promise<void> {
  const gone = results.filter(({ document }) => !document).map(({ path }) => path)
  await deps.store.put(results.flatMap(({ document }) => document ?? []))
  if (gone.length > 0) await deps.store.remove(gone)
}

/** One document as it is now; null when there is no such thing (any more). */
async function render(
  deps: Deps,
  readForPrograms: ProgramReader,
  views: Views,
  { path, revision }: Touched,
): Promise<Document | null> {
  const read = await readForPrograms(path)
  if (read) return { path, ...read, headers: {}, revision }
  const { locale, bare } = languageIn(path)
  const response = await deps.render(bare, { locale: locale ?? undefined, views })
  if (response.status === 404 && bare !== '/404') return null
  if (response.status >= 500) throw new Error(`rendering ${path} answered ${response.status}`)
  const policy = response.headers.get('content-security-policy')
  const language = response.headers.get('content-language')
  const type = response.headers.get('content-type')
  const isPage = type === null || type.startsWith('text/html')
  return {
    path,
    content_type: isPage ? 'text/html; charset=utf-8' : type,
    body: type?.startsWith('image/png')
      ? new Uint8Array(await response.arrayBuffer())
      : await response.text(),
    headers: {
      ...(policy && isPage && { 'content-security-policy': policy }),
      ...(language && { 'content-language': language }),
    },
    revision,
  }
}
