import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isUnchanged, pathOf, type Settings } from './answer.ts'
import { openJournal, type Step, type Stored } from './directory-journal.ts'
import { choose, compress, inOwnMemory, type Published } from './directory-variants.ts'
import type { Store } from './store.ts'

/** Superseded bytes that a journal may hold before it is rewritten. */
const SLACK = 4 * 1024 * 1024

/**
 * Documents in memory, compressed, and a journal in `dir` that brings them back after a restart. A document is served as soon as it
 * is compressed; `put` ends when it is on disk too. Nothing is synced: the database is the truth, and what a power cut
 * takes from the journal's end is published again, because the revision reached lies in the same journal.
 */
export async function directoryStore(dir: string, settings: Settings): Promise<Store> {
  await mkdir(dir, { recursive: true })
  const { journal, steps } = await openJournal(join(dir, 'documents.journal'))
  const published = new Map<string, Published>()
  let reached: Step['reached'] = undefined
  let liveBytes = 0
  let writing: Promise<void> = Promise.resolve()

  function apply(step: Step): void {
    for (const path of step.removed ?? []) forget(path)
    for (const document of step.documents ?? []) {
      const there = published.get(document.path)?.stored
      if (there?.maker === document.maker && there.revision > document.revision) continue
      forget(document.path)
      published.set(document.path, { stored: document, variants: {} })
      liveBytes += sizeOf(document)
    }
    reached = step.reached ?? reached
  }

  function forget(path: string): void {
    const old = published.get(path)
    if (old) liveBytes -= sizeOf(old.stored)
    published.delete(path)
  }

  function everything(): Step {
    return { documents: [...published.values()].map(({ stored }) => stored), reached }
  }

  function save(step: Step): Promise<void> {
    const written = writing.then(() =>
      journal.size() > 2 * liveBytes + SLACK ? journal.rewrite(everything()) : journal.append(step),
    )
    writing = written.catch(() => undefined)
    return written
  }

  for (const step of steps) apply(step)
  for (const document of published.values()) document.stored = inOwnMemory(document.stored)

  return {
    serve(request, as) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return null
      const found = published.get(as?.path ?? pathOf(request.url))
      if (!found) return null
      const variant = choose(found, request.headers.get('accept-encoding'), settings)
      const status = as?.status ?? 200
      if (status === 200 && isUnchanged(request.headers.get('if-none-match'), variant.etag))
        return new Response(null, { status: 304, headers: variant.unchanged })
      const body = request.method === 'HEAD' ? null : variant.body
      return new Response(body, { status, headers: variant.headers })
    },
    async put(documents) {
      const maker = await settings.maker()
      const step = {
        documents: await Promise.all(documents.map((document) => compress(document, maker))),
      }
      apply(step)
      await save(step)
    },
    async remove(paths) {
      const step = { removed: paths }
      apply(step)
      await save(step)
    },
    async publishedThrough() {
      const maker = await settings.maker()
      return reached?.maker === maker ? reached.through : 0
    },
    async setPublishedThrough(through) {
      const maker = await settings.maker()
      if (reached?.through === through && reached.maker === maker) return
      const step = { reached: { through, maker } }
      apply(step)
      await save(step)
    },
    paths: () => Promise.resolve([...published.keys()]),
  }
}

function sizeOf({ bodies }: Stored): number {
  return bodies.gzip.length + bodies.br.length
}
