import type { Client } from '@libsql/client'
import type { Lab } from './lab.ts'

type States = Record<string, number>

/** How many deliveries of each announcement are in which state, those that were folded included. */
export async function statesOfAll(lab: Lab): Promise<Map<string, States>> {
  const rows = await lab.look<{ id: string; state: string; count: number }>(
    `SELECT announcement_id AS id, state, sum(n) AS count FROM (
       SELECT announcement_id, state, count(*) AS n FROM deliveries GROUP BY 1, 2
       UNION ALL SELECT announcement_id, state, count FROM delivery_counts)
     GROUP BY 1, 2 ORDER BY 1, 2`,
  )
  const all = new Map<string, States>()
  for (const { id, state, count } of rows) all.set(id, { ...all.get(id), [state]: Number(count) })
  return all
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
