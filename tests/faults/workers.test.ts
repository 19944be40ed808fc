import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { readMigrations } from '../../db/migrate.ts'
import { eventually, type Service } from '../support/service.ts'
import { startSqld } from '../support/sqld.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, pause, seeded, type Lab } from './lab.ts'

const LEASE = 60_000

test(`a worker that stands still longer than its lease changes nothing when it wakes ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: size(500, 5_000), texts: size(20, 200), speed: 5 })
  const sleeper = await lab.start()
  await lab.open(sleeper)
  await lab.office.stepIn('mail', 2, 'after', () => standStill(lab, sleeper))
  await lab.start()
  await lab.jump(LEASE + 5_000)
  await eventually('the other one tells everybody', async () => {
    // Texts that may have been sent are looked for twice, a minute apart.
    if ((await left(lab)) === 0) return true
    await lab.jump(LEASE / 6)
    await pause(200)
    return false
  })
  const ledger = 'SELECT id, state, provider_id, batch_id FROM deliveries ORDER BY id'
  const before = await lab.look(ledger)
  sleeper.signal('SIGCONT')
  await pause(500)
  expect(await lab.look(ledger), 'a late answer changes nothing').toEqual(before)
  // A text that was about to be sent when its sender fell asleep is sent when it wakes: one per lane at most.
  await expectInvariants(context, lab, { duplicatesAtMost: 4 })
  const twice = [...lab.told('mail').values()].filter((copies) => copies > 1)
  expect(twice, 'no mail is sent twice').toEqual([])
}, 120_000)

test(`two that start together on one new file share the work ${seeded}`, async (context) => {
  await using lab = await openLab({
    mails: size(1_000, 10_000),
    texts: 20,
    speed: 5,
    isFresh: true,
  })
  await shareTheWork(lab)
  await expectInvariants(context, lab)
}, 120_000)

test(`two that start together on one new database server share the work ${seeded}`, async (context) => {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-sqld-'))
  const server = await startSqld(dir)
  try {
    await using lab = await openLab({
      mails: size(500, 5_000),
      texts: 20,
      speed: 5,
      isFresh: true,
      databaseUrl: server.url,
    })
    await shareTheWork(lab)
    await expectInvariants(context, lab)
  } finally {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}, 120_000)

async function shareTheWork(lab: Lab): Promise<void> {
  const [one] = await Promise.all([lab.start(), lab.start()])
  await eventually('it is open', async () => (await one.api('/api/admin/incidents')).status === 200)
  expect(await lab.look('SELECT count(*) AS n FROM page')).toEqual([{ n: 1 }])
  const applied = await lab.look<{ name: string }>('SELECT name FROM migrations ORDER BY name')
  const all = (await readMigrations()).map(({ name }) => ({ name }))
  expect(applied, 'each migration is applied once').toEqual(all)
  await lab.subscribeAll()
  await lab.open(one)
}

/** Stops a process while it holds nothing that others wait for: a write lock that is never given back is another story. */
async function standStill(lab: Lab, service: Service): Promise<void> {
  const client = createClient({ url: lab.databaseUrl, timeout: 0 })
  try {
    await eventually('it holds no lock', async () => {
      service.signal('SIGSTOP')
      await pause(5)
      try {
        await (await client.transaction('write')).rollback()
        return true
      } catch {
        service.signal('SIGCONT')
        client.reconnect()
        return false
      }
    })
  } finally {
    client.close()
  }
}

async function left(lab: Lab): Promise<number> {
  const [row] = await lab.look<{ left: number }>(
    `SELECT (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending'))
      + (SELECT count(*) FROM announcements WHERE expanded_at IS NULL) AS left`,
  )
  return row!.left
}
