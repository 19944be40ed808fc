import { createClient, type Client } from '@libsql/client'
import { expect, type TestContext } from 'vitest'
import type { Lab } from './lab.ts'
import { untilTold } from './lab.ts'
import type { Finding } from './report.ts'

type Expectation = {
  /** Copies that the fault makes unavoidable. */
  duplicatesAtMost?: number
  /** Who must not hear anything. */
  silent?: string[]
  /** Who may have heard, or not. */
  excused?: string[]
  /** Real seconds until nothing is left to do. */
  within?: number
  /** How it is read from outside, once the services have ended. */
  databaseUrl?: string
}

/** What holds at the end of every scenario, whatever went wrong in it. */
export async function expectInvariants(
  { task }: Pick<TestContext, 'task'>,
  lab: Lab,
  expectation: Expectation = {},
): Promise<void> {
  const { duplicatesAtMost = 0, silent = [], excused = [], within = 60 } = expectation
  const shown = new Map<string, Record<string, number>>()
  for (const incident of lab.acknowledged) {
    const { states } = await untilTold(lab.services[0]!, incident, within)
    shown.set(incident, states)
  }
  const exits = await Promise.all(lab.services.map((service) => service.kill('SIGTERM')))
  const db = createClient({ url: expectation.databaseUrl ?? lab.databaseUrl })
  try {
    const told = new Map([...lab.told('mail'), ...lab.told('text')])
    const active = await addresses(db)
    const owed = active.filter((address) => !silent.includes(address))
    const missed = owed.filter((address) => !excused.includes(address) && !told.has(address))
    const once = lab.acknowledged.length
    const duplicates = [...told.values()].reduce((sum, n) => sum + Math.max(0, n - once), 0)
    task.meta.finding = {
      scenario: task.name.replace(/ \(seed.*/, ''),
      recipients: owed.length,
      kills: lab.kills,
      missed: missed.length,
      duplicates,
    } satisfies Finding

    expect(missed, 'I1: nobody is missed').toEqual([])
    expect(duplicates, 'I2: told twice').toBeLessThanOrEqual(duplicatesAtMost)
    const heard = silent.filter((address) => told.has(address))
    expect(heard, 'I3: who left hears nothing').toEqual([])
    const kept = await db.execute('SELECT id FROM incidents')
    expect(
      kept.rows.map(({ id }) => id),
      'I4: what was acknowledged is there',
    ).toEqual(expect.arrayContaining(lab.acknowledged))
    const integrity = await db.execute('PRAGMA integrity_check')
    expect(integrity.rows[0]![0], 'I5').toBe('ok')
    for (const [incident, states] of shown)
      expect(states, 'I6: the page shows what the ledger says').toEqual(await ledger(db, incident))
    expect(await unfinished(db), 'I7: nothing is left').toEqual({ deliveries: 0, batches: 0 })
    expect(
      exits.every((exit) => exit === 0),
      `the services end in good order: ${exits}`,
    ).toBe(true)
  } finally {
    db.close()
  }
}

async function addresses(db: Client): Promise<string[]> {
  const { rows } = await db.execute(
    `SELECT address FROM subscribers s WHERE state = 'active' AND NOT EXISTS (
       SELECT 1 FROM suppressions x WHERE x.channel = s.channel AND x.address_hash = s.address_hash)`,
  )
  return rows.map(({ address }) => String(address))
}

async function ledger(db: Client, incident: string): Promise<Record<string, number>> {
  const { rows } = await db.execute({
    sql: `SELECT d.state, count(*) AS count FROM deliveries d JOIN announcements a ON a.id = d.announcement_id
          WHERE a.incident_id = ? GROUP BY d.state`,
    args: [incident],
  })
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
}

async function unfinished(db: Client) {
  const { rows } = await db.execute(
    `SELECT (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending', 'held')) AS deliveries,
            (SELECT count(*) FROM batches WHERE state = 'open') AS batches`,
  )
  return { deliveries: Number(rows[0]!['deliveries']), batches: Number(rows[0]!['batches']) }
}
