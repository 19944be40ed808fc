import { isDeepStrictEqual } from 'node:util'
import { getTableColumns, gte } from 'drizzle-orm'
import { foldSamples, rollUpSamples } from '../../../api/actions/probes/samples.ts'
import { bucketOf } from '../../../api/domain/latency.ts'
import { DAY, MINUTE, SECOND } from '../../../api/domain/time.ts'
import type { Database } from '../../../db/client.ts'
import { sampleBuckets } from '../../../db/schema.ts'
import { addProbe, probedShop } from '../../support/probed.ts'
import { fillBuckets, phaseAt, sampleAt } from './history.ts'

const KEYS = ['first', 'second']
const DAYS = 1

/** Sees that what is made in one go is what samples one by one become; a history of another kind would prove nothing. */
export async function proveHistory(): Promise<void> {
  await using made = await probedShop()
  await using lived = await probedShop()
  const end = lived.clock.now() - (lived.clock.now() % DAY) + DAY + 10 * MINUTE
  lived.clock.advance(end - DAYS * DAY - lived.clock.now())
  for (const key of KEYS) await addProbe(made.deps, key)
  const ids: string[] = []
  for (const key of KEYS) ids.push((await addProbe(lived.deps, key)).id)
  const start = end - 10 * MINUTE - DAYS * DAY
  for (let at = start; at < end; at += 5 * MINUTE) {
    const folded = ids.flatMap((probeId, number) =>
      Array.from({ length: 10 }, (_, index) => ({
        probeId,
        region: 'main',
        version: 0,
        at: at + index * 30 * SECOND,
        bucket: bucketOf(sampleAt(phaseAt(number, at), index)),
      })),
    )
    // One check per statement, as in life.
    await lived.deps.db.write(folded.flatMap((one) => foldSamples(lived.deps, [one])))
    lived.clock.advance(at + 5 * MINUTE - lived.clock.now())
    if (at % (60 * MINUTE) === 0) await rollUpSamples(lived.deps)
  }
  await rollUpSamples(lived.deps)
  await fillBuckets(made.deps.db, end)
  const [a, b] = [await rowsSince(made.deps.db, start), await rowsSince(lived.deps.db, start)]
  if (a.length > 600 && isDeepStrictEqual(a, b)) return
  const index = a.findIndex((row, i) => !isDeepStrictEqual(row, b[i]))
  const [ours, theirs] = [a, b].map((rows) => JSON.stringify(rows[index] ?? rows.length))
  throw new Error(`the history made differs from the one lived: ${ours} and ${theirs}`)
}

/** Without ids, which differ: what remains tells the probes apart. */
async function rowsSince(db: Database, since: number) {
  const { resolution, startedAt, ok, failed, latencySum, latencyMax, histogram } =
    getTableColumns(sampleBuckets)
  return db
    .select({ resolution, startedAt, ok, failed, latencySum, latencyMax, histogram })
    .from(sampleBuckets)
    .where(gte(startedAt, since))
    .orderBy(resolution, startedAt, histogram, latencySum)
}
