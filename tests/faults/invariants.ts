import { createClient } from '@libsql/client'
import { expect, type TestContext } from 'vitest'
import type { Lab } from './lab.ts'
import { announcementsOf, peopleOf, statesOf, toldIn, unfinished } from './ledger.ts'
import { overdueLeases } from './leases.ts'
import { pause, progressOf, untilTold, type Progress } from './waiting.ts'

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
  const { duplicatesAtMost: bound = 0, silent = [], excused = [], within = 120 } = expectation
  const watch = overdueLeases(lab)
  for (const incident of lab.acknowledged) await untilTold(lab.services[0]!, incident, within)
  const overdue = await watch.end()
  const shown = await whatIsShown(lab)
  const exits = await Promise.all(lab.services.map((service) => service.kill('SIGTERM')))
  const db = createClient({ url: expectation.databaseUrl ?? lab.databaseUrl })
  try {
    const told = new Map([...lab.told('mail'), ...lab.told('text'), ...lab.told('post')])
    const people = await peopleOf(db)
    const owed = people.filter(({ owed, address }) => owed > 0 && !silent.includes(address))
    const missed = owed.filter(
      ({ address, owed }) => !excused.includes(address) && (told.get(address) ?? 0) < owed,
    )
    const duplicates = copies(lab, told, new Map(people.map((one) => [one.address, one.written])))
    task.meta.finding = {
      recipients: owed.length,
      kills: lab.kills,
      missed: missed.length,
      duplicates,
      bound,
    }

    expect(missed, 'I1: nobody is missed').toEqual([])
    expect(duplicates, 'I2: told twice').toBeLessThanOrEqual(bound)
    const heard = silent.filter((address) => told.has(address))
    expect(heard, 'I3: who left hears nothing').toEqual([])
    const kept = await db.execute('SELECT id FROM incidents')
    expect(
      kept.rows.map(({ id }) => id),
      'I4: what was acknowledged is there',
    ).toEqual(expect.arrayContaining(lab.acknowledged))
    const integrity = await db.execute('PRAGMA integrity_check')
    expect(integrity.rows[0]![0], 'I5').toBe('ok')
    for (const { id, states, total } of shown) {
      const ledger = await statesOf(db, id)
      expect(states, 'I6: what is shown is what the ledger says').toEqual(ledger)
      const sum = Object.values(ledger).reduce((all, count) => all + count, 0)
      expect(total, 'I6').toBe(sum)
    }
    const claimed = (await toldIn(db)).filter((address) => !told.has(address))
    expect(claimed, 'I6: who is told by the ledger was told by a provider').toEqual([])
    expect(await announcementsOf(db, lab.acknowledged), 'I6: all of them are shown').toBe(
      shown.length,
    )
    expect(await unfinished(db), 'I7: nothing is left').toEqual({ deliveries: 0, batches: 0 })
    expect(overdue, 'I7: no lease is forgotten').toEqual([])
    expect(
      exits.every((exit) => exit === 0),
      `the services end in good order: ${exits}`,
    ).toBe(true)
  } finally {
    db.close()
  }
}

/** Receipts may still come in, and what is shown may be a second old: it counts once all of it stands still. */
async function whatIsShown(lab: Lab): Promise<Progress[]> {
  const [service] = lab.services
  const tally = 'SELECT state, count(*) FROM deliveries GROUP BY state'
  while (true) {
    const before = await lab.look(tally)
    await pause(Math.max(200, 1_500 / lab.speed))
    const shown = await Promise.all(
      lab.acknowledged.map((incident) => progressOf(service!, incident)),
    )
    if (JSON.stringify(before) === JSON.stringify(await lab.look(tally)))
      return shown.flatMap((announcements) => announcements ?? [])
  }
}

/** What came to people more often than it was written down for them, or under one name twice. */
function copies(lab: Lab, told: Map<string, number>, written: Map<string, number>): number {
  const tooMany = [...told].reduce((sum, [address, count]) => {
    // Who was erased has no address in the ledger any more.
    const due = written.get(address) ?? lab.acknowledged.length
    return sum + Math.max(0, count - due)
  }, 0)
  return Math.max(tooMany, lab.sandbox.mails.duplicates + lab.sandbox.texts.duplicates)
}
