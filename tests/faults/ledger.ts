import type { Client } from '@libsql/client'

/** How many deliveries of an announcement are in which state, those that were folded included. */
export async function statesOf(db: Client, announcement: string): Promise<Record<string, number>> {
  const { rows } = await db.execute({
    sql: `SELECT state, sum(n) AS count FROM (
            SELECT state, count(*) AS n FROM deliveries WHERE announcement_id = ?1 GROUP BY state
            UNION ALL SELECT state, count FROM delivery_counts WHERE announcement_id = ?1)
          GROUP BY state`,
    args: [announcement],
  })
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
}

export async function announcementsOf(db: Client, incidents: string[]): Promise<number> {
  const { rows } = await db.execute({
    sql: 'SELECT count(*) AS n FROM announcements WHERE incident_id IN (SELECT value FROM json_each(?))',
    args: [JSON.stringify(incidents)],
  })
  return Number(rows[0]!['n'])
}

const TOLD = ['accepted', 'delayed', 'delivered', 'undelivered', 'bounced', 'complained']

/** How often each address was told, if the ledger is right. */
export async function toldIn(db: Client): Promise<Map<string, number>> {
  const { rows } = await db.execute({
    sql: `SELECT s.address, count(*) AS times FROM deliveries d JOIN subscribers s ON s.seq = d.subscriber_seq
          WHERE s.address IS NOT NULL
            AND (d.provider_id IS NOT NULL OR d.state IN (SELECT value FROM json_each(?)))
          GROUP BY s.address`,
    args: [JSON.stringify(TOLD)],
  })
  return new Map(rows.map(({ address, times }) => [String(address), Number(times)]))
}

/** How many deliveries have ended otherwise, by state. */
export async function untoldIn(db: Client): Promise<Record<string, number>> {
  const { rows } = await db.execute({
    sql: `SELECT state, count(*) AS n FROM deliveries
          WHERE state NOT IN (SELECT value FROM json_each(?)) GROUP BY state`,
    args: [JSON.stringify(TOLD)],
  })
  return Object.fromEntries(rows.map(({ state, n }) => [state, Number(n)]))
}

export async function unfinished(db: Client) {
  const { rows } = await db.execute(
    `SELECT (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending', 'held')) AS deliveries,
            (SELECT count(*) FROM batches WHERE state = 'open') AS batches`,
  )
  return { deliveries: Number(rows[0]!['deliveries']), batches: Number(rows[0]!['batches']) }
}
