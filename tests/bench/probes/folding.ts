import { monitorEventLoopDelay } from 'node:perf_hooks'
import { gt } from 'drizzle-orm'
import { rollUpSamples } from '../../../api/actions/probes/samples.ts'
import type { Deps } from '../../../api/deps.ts'
import { DAY, MINUTE } from '../../../api/domain/time.ts'
import type { Database } from '../../../db/client.ts'
import { sampleBuckets } from '../../../db/schema.ts'
import { fillFine } from './history.ts'

export type Fold = {
  ms: number
  /** The longest that the event loop stood still. */
  block: number
  /** Coarse buckets that came of it. */
  folded: number
}

/** Runs the duty every 5 minutes from shortly before a midnight until an hour after it, new buckets coming in between. */
export async function foldAround(db: Database, midnight: number): Promise<Fold[]> {
  const runs: Fold[] = []
  let now = midnight - 15 * MINUTE
  const deps = { db, clock: { now: () => now } } as Deps
  while (now < midnight + 80 * MINUTE) {
    now += 5 * MINUTE
    await fillFine(db, now - 5 * MINUTE, now)
    runs.push(await measured(db, () => rollUpSamples(deps)))
  }
  return runs
}

/** Catches up with all that was not folded until now. */
export async function foldUntil(db: Database, from: number, now: number): Promise<Fold> {
  await fillFine(db, Math.max(from, now - 2 * DAY), now)
  const deps = { db, clock: { now: () => now } } as Deps
  return measured(db, () => rollUpSamples(deps))
}

async function measured(db: Database, run: () => Promise<void>): Promise<Fold> {
  const before = await coarse(db)
  const watch = monitorEventLoopDelay({ resolution: 1 })
  watch.enable()
  await new Promise((resolve) => setTimeout(resolve, 20))
  watch.reset()
  const startedAt = performance.now()
  await run()
  const ms = performance.now() - startedAt
  await new Promise((resolve) => setTimeout(resolve, 20))
  watch.disable()
  return { ms, block: watch.max / 1e6, folded: (await coarse(db)) - before }
}

const coarse = (db: Database) => db.$count(sampleBuckets, gt(sampleBuckets.resolution, 300))
