import { gt, sql } from 'drizzle-orm'
import { batches, deliveries, providerGates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Pace } from '../../domain/pace.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import type { Channel } from '../../domain/words.ts'
import { keptForASecond } from '../kept.ts'
import { smsSizes } from './sms-sizes.ts'

/**
 * How fast each channel goes, and what waits there before something new of a priority would be sent: counted in what
 * rates are, which is segments of SMS and messages elsewhere.
 */
export type Traffic = {
  pace(channel: Channel): Pace
  ahead(channel: Channel, priority: number): number
  /** What one message of an announcement counts; where its words are not written yet, as much as the others. */
  size(channel: Channel, announcement: string): number
}

export async function paceOf(deps: Deps, channel: Channel): Promise<Pace> {
  return (await trafficOf(deps)).pace(channel)
}

export function trafficOf(deps: Deps): Promise<Traffic> {
  return kept.read(deps, 'all')
}

const kept = keptForASecond(readTraffic)

async function readTraffic(deps: Deps): Promise<Traffic> {
  const [queues, sent, gates] = await deps.db.batch([
    waitingByPriority(deps),
    sentLately(deps),
    deps.db.select().from(providerGates),
  ])
  const size = await sizesOf(deps, [...queues, ...sent])
  return {
    size,
    pace: (channel) => ({
      allowed: allowedRate(deps, channel, gates),
      measured: measuredRate(
        deps,
        queues.filter((queue) => queue.channel === channel),
        sent
          .filter((batch) => batch.channel === channel)
          .map((batch) => ({ ...batch, size: batch.size * size(channel, batch.announcement) })),
      ),
    }),
    ahead: (channel, priority) =>
      queues
        .filter((queue) => queue.channel === channel && queue.priority <= priority)
        .reduce((all, { waiting, announcement }) => all + waiting * size(channel, announcement), 0),
  }
}

async function sizesOf(
  deps: Deps,
  told: { channel: Channel; announcement: string }[],
): Promise<Traffic['size']> {
  const texts = told.filter(({ channel }) => channel === 'sms')
  const sizes = await smsSizes(deps, [...new Set(texts.map(({ announcement }) => announcement))])
  const usual = Math.max(1, ...sizes.values())
  return (channel, announcement) => (channel === 'sms' ? (sizes.get(announcement) ?? usual) : 1)
}

type Queue = {
  channel: Channel
  priority: number
  waiting: number
  since: number
  /** Of the first who waits. */
  announcement: string
}

/** What waits for a provider, and since when: whoever was put back is first by id, whoever came last was never moved. */
export function waitingByPriority(deps: Deps) {
  return deps.db.all<Queue>(sql`
    SELECT q.channel, q.priority, q.waiting, min(f.updated_at, l.updated_at) AS since, f.announcement_id AS announcement
    FROM (
      SELECT channel, priority, count(*) AS waiting, min(id) AS first, max(id) AS last
      FROM ${deliveries} WHERE state = 'pending' GROUP BY channel, priority) q
    JOIN ${deliveries} f ON f.id = q.first
    JOIN ${deliveries} l ON l.id = q.last`)
}

type Gate = typeof providerGates.$inferSelect

/** What the first provider that takes anything allows; nothing while none does. */
function allowedRate(deps: Deps, channel: Channel, gates: Gate[]): number | null {
  for (const provider of deps.providers) {
    if (provider.channel !== channel) continue
    if (provider.independent) return null
    const gate = gates.find(({ provider: name }) => name === provider.name)
    if (gate && gate.circuit !== 'closed') continue
    const rate = gate?.ratePerSecond ?? provider.ratePerSecond
    return rate > 0 ? rate * provider.batchSize : null
  }
  return 0
}

/** The batches of the last minute, by second; those of SMS by announcement, after which they are named. */
function sentLately(deps: Deps) {
  const since = deps.clock.now() - MINUTE
  // A number that is handed over is a fraction to SQLite, and nothing would fall into the same second.
  const second = sql<number>`${batches.updatedAt} / 1000`
  const announcement = sql<string>`iif(${batches.channel} = 'sms', substr(${batches.id}, 1, instr(${batches.id}, '.') - 1), '')`
  return deps.db
    .select({
      channel: batches.channel,
      second,
      announcement,
      size: sql<number>`sum(${batches.size})`,
    })
    .from(batches)
    .where(sql`${gt(batches.updatedAt, since)} AND ${batches.state} = 'done'`)
    .groupBy(batches.channel, second, announcement)
}

type Sent = { second: number; size: number }

/** Only while something waits: a slow trickle says nothing of how fast a crowd would be told. */
function measuredRate(deps: Deps, queues: Queue[], sent: Sent[]): number | null {
  if (queues.length === 0) return null
  const now = deps.clock.now()
  const from = Math.max(now - MINUTE, Math.min(...queues.map(({ since }) => since)))
  const count = sent
    .filter(({ second }) => second >= Math.floor(from / SECOND))
    .reduce((all, { size }) => all + size, 0)
  return count === 0 ? null : (count * SECOND) / Math.max(SECOND, now - from)
}
