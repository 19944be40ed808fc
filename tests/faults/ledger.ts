import type { Client } from '@libsql/client'

/** Everybody with an address: how many messages they are owed, and how many were written down for them. */
export async function peopleOf(db: Client) {
  const { rows } = await db.execute(
    `SELECT s.address,
       CASE WHEN s.state = 'active' AND NOT EXISTS (
           SELECT 1 FROM suppressions x WHERE x.channel = s.channel AND x.address_hash = s.address_hash)
         THEN (SELECT count(*) FROM announcements a
               WHERE a.incident_id IS NOT NULL AND a.superseded_at IS NULL AND s.seq <= a.expand_to)
         ELSE 0 END AS owed,
       (SELECT count(*) FROM deliveries d WHERE d.subscriber_seq = s.seq) AS written
     FROM subscribers s WHERE s.address IS NOT NULL`,
  )
  return rows.map(({ address, owed, written }) => ({
    address: String(address),
    owed: Number(owed),
    written: Number(written),
  }))
}

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

/** The addresses that were told, if the ledger is right. */
export async function toldIn(db: Client): Promise<string[]> {
  const { rows } = await db.execute({
    sql: `SELECT DISTINCT s.address FROM deliveries d JOIN subscribers s ON s.seq = d.subscriber_seq
          WHERE s.address IS NOT NULL
            AND (d.provider_id IS NOT NULL OR d.state IN (SELECT value FROM json_each(?)))`,
    args: [JSON.stringify(TOLD)],
  })
  return rows.map(({ address }) => String(address))
}

export async function unfinished(db: Client) {
  const { rows } = await db.execute(
    `SELECT (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending', 'held')) AS deliveries,
            (SELECT count(*) FROM batches WHERE state = 'open') AS batches`,
  )
  return { deliveries: Number(rows[0]!['deliveries']), batches: Number(rows[0]!['batches']) }
}
