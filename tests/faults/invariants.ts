import { isDeepStrictEqual } from 'node:util'
import { createClient } from '@libsql/client'
import { expect, type TestContext } from 'vitest'
import type { DeliveryState } from '../../api/domain/words.ts'
import type { Lab } from './lab.ts'
import { announcementsOf, statesOfAll, toldIn, unfinished, untoldIn } from './ledger.ts'
import { pause, progressOf, untilTold } from './waiting.ts'

type Expectation = {
  /** Copies that the fault makes unavoidable. */
  duplicatesAtMost?: number
  /** Who must not hear anything. */
  silent?: string[]
  /** Who may have heard, or not. */
  excused?: string[]
  /** How many deliveries at most may end in a state that does not say that somebody was told. */
  endings?: Partial<Record<DeliveryState, number>>
  /** How often words were published of each incident. */
  words?: number
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
  const { endings = {}, words = 1 } = expectation
  for (const incident of lab.acknowledged) await untilTold(lab.services[0]!, incident, within)
  const overdue = await lab.overdue()
  const { shown, ledger } = await whatIsShown(lab)
  const exits = await Promise.all(lab.services.map((service) => service.kill('SIGTERM')))
  const db = createClient({ url: expectation.databaseUrl ?? lab.databaseUrl })
  try {
    const told = new Map([...lab.told('mail'), ...lab.told('text'), ...lab.told('post')])
    // Who is to hear of what is known from outside: a ledger that owes nobody anything misses nobody.
    const owed = lab.audience.filter((one) => !silent.includes(one) && !excused.includes(one))
    const due = words * lab.acknowledged.length
    const missed = owed.filter((address) => (told.get(address) ?? 0) < due)
    const duplicates = copies(lab, words)
    task.meta.finding = {
      recipients: owed.length,
      kills: lab.kills,
      missed: missed.length,
      duplicates,
      bound,
    }

    expect(missed, 'I1: nobody is missed').toEqual([])
    expect(duplicates, 'I2: told twice').toBeLessThanOrEqual(bound)
    expect(strangers(lab).length, 'I2: of what nobody opened').toBeLessThanOrEqual(lab.unanswered)
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
      const said = ledger.get(id) ?? {}
      expect(states, 'I6: what is shown is what the ledger says').toEqual(said)
      const sum = Object.values(said).reduce((all, count) => all + count, 0)
      expect(total, 'I6').toBe(sum)
    }
    const claimed = [...(await toldIn(db))].filter(
      ([address, times]) => times > (told.get(address) ?? 0),
    )
    expect(claimed, 'I6: who is told by the ledger was told by a provider').toEqual([])
    const untold = await untoldIn(db)
    const tooMany = Object.entries(untold).filter(
      ([state, count]) => count > (endings[state as DeliveryState] ?? 0),
    )
    expect(tooMany, 'I6: who was told by a provider is told by the ledger').toEqual([])
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

/**
 * Receipts may still come in, before and after, and what is shown may be a second old: it is compared with what the ledger
 * said all that while.
 */
async function whatIsShown(lab: Lab) {
  const [service] = lab.services
  while (true) {
    const ledger = await statesOfAll(lab)
    await pause(Math.max(200, 1_500 / lab.speed))
    const shown = await Promise.all(
      lab.acknowledged.map((incident) => progressOf(service!, incident)),
    )
    if (isDeepStrictEqual(ledger, await statesOfAll(lab)))
      return { shown: shown.flatMap((announcements) => announcements ?? []), ledger }
  }
}

/** What came to people more often than words were published of it, or under one name twice. */
function copies(lab: Lab, words: number): number {
  const tooMany = lab.tellings().reduce((sum, { incident, times }) => {
    const due = incident === '' ? words * lab.acknowledged.length : words
    return sum + Math.max(0, times - due)
  }, 0)
  return Math.max(tooMany, lab.sandbox.mails.duplicates + lab.sandbox.texts.duplicates)
}

/** Incidents that people were told of although the API acknowledged none of them. */
function strangers(lab: Lab): string[] {
  const incidents = new Set(lab.tellings().map(({ incident }) => incident))
  return [...incidents].filter((one) => one !== '' && !lab.acknowledged.includes(one))
}
