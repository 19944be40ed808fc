import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { eventually, freePort } from '../support/service.ts'
import { startSqld } from '../support/sqld.ts'
import { isFull, size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, pause, seeded, untilTold, type Lab } from './lab.ts'
import { keepReading, keepWriting } from './traffic.ts'
import { wireTo } from './wire.ts'

const run = promisify(execFile)

const holds: [string, number][] = [
  ['a second', 1_000],
  ['ten seconds', 10_000],
  ['twenty seconds', 20_000],
]

test.for(isFull ? holds : holds.slice(0, 1))(
  `somebody else holds the write lock for %s: nothing acknowledged is lost ${seeded}`,
  { timeout: 90_000 },
  async ([, ms], context) => {
    await using lab = await openLab({ mails: 500 })
    const service = await lab.start()
    await lab.open(service)
    const writing = keepWriting(service)
    const other = createClient({ url: lab.databaseUrl, timeout: 5_000 })
    const lock = await other.transaction('write')
    const reading = keepReading(service)
    await pause(ms)
    const slowest = await reading.end()
    await lock.rollback()
    other.close()
    await pause(300)
    const { taken, refused } = await writing.end()
    expect(slowest, 'the page is there all the time').toBeLessThan(1_500)
    expect(taken.length).toBeGreaterThan(0)
    expect(refused.every(({ status, retry }) => status === 503 && Number(retry) > 0)).toBe(true)
    // Sooner than that a write waits, and is taken.
    if (ms > 15_000) expect(refused.length).toBeGreaterThan(0)
    await expectKept(lab, taken)
    await expectInvariants(context, lab)
  },
)

test(`a full disk refuses what it cannot keep, shows the page, and recovers by itself ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: 500, speed: 2 })
  const service = await lab.start()
  const limit = (bytes: number | 'unlimited') =>
    run('prlimit', ['--pid', String(service.pid()), `--fsize=${bytes}:unlimited`])
  const files = (await readdir(lab.dir)).filter((file) => file.startsWith('allclear.db'))
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(lab.dir, file))).size))
  await limit(Math.max(...sizes) + 40_000)
  const writing = keepWriting(service)
  await eventually('the disk is full', async () => writing.refused.length > 3, 60)
  expect((await fetch(service.url)).status).toBe(200)
  await limit('unlimited')
  const before = writing.taken.length
  await eventually('it recovers', async () => writing.taken.length > before + 2)
  const { taken, refused } = await writing.end()
  expect(refused.filter(({ status }) => ![503, 507].includes(status))).toEqual([])
  await expectKept(lab, taken)
  await lab.open(service)
  await expectInvariants(context, lab)
}, 120_000)

test(`a database server that is killed again and again loses nothing that was acknowledged ${seeded}`, async (context) => {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-sqld-'))
  const port = await freePort()
  let server = await startSqld(dir, port)
  const wire = await wireTo(server.url)
  try {
    await using lab = await openLab({
      mails: size(500, 5_000),
      texts: 10,
      speed: 5,
      databaseUrl: server.url,
    })
    const service = await lab.start({ DATABASE_URL: wire.url })
    const writing = keepWriting(service)
    await eventually('it is written to', async () => writing.taken.length > 0)
    await lab.open(service)
    for (let kill = 0; kill < size(3, 5); kill++) {
      await pause(100 + lab.chance() * 400)
      await server.stop()
      await pause(lab.chance() * 300)
      server = await startSqld(dir, port)
      lab.kills++
    }
    const settled = await writing.end()
    await expectKept(lab, settled.taken)
    await moveOn(lab)
    await expectInvariants(context, lab)
  } finally {
    await wire.close()
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}, 180_000)

test(`a line to the database that loses answers and is cut tells nobody twice ${seeded}`, async (context) => {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-sqld-'))
  const server = await startSqld(dir)
  const wire = await wireTo(server.url)
  try {
    await using lab = await openLab({
      mails: size(500, 5_000),
      texts: 10,
      speed: 5,
      databaseUrl: server.url,
    })
    const service = await lab.start({ DATABASE_URL: wire.url })
    const writing = keepWriting(service)
    await eventually('it is written to', async () => writing.taken.length > 0)
    await lab.open(service)
    for (let cut = 0; cut < size(4, 12); cut++) {
      await pause(50 + lab.chance() * 200)
      if (lab.chance() < 0.6) wire.loseAnswers(1)
      else {
        await wire.cut()
        await pause(lab.chance() * 200)
        await wire.mend()
      }
    }
    wire.loseAnswers(0)
    const settled = await writing.end()
    await expectKept(lab, settled.taken)
    await moveOn(lab)
    await expectInvariants(context, lab)
  } finally {
    await wire.close()
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}, 180_000)

test(`a database as it was while messages were under way sends none of them again ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: 400, texts: 4, speed: 1 })
  const service = await lab.start()
  const underWay = Promise.withResolvers<void>()
  for (const kind of ['mail', 'text'] as const)
    for (let nth = 1; nth <= 4; nth++)
      void lab.office.stepIn(kind, nth, 'before', () => underWay.promise)
  await lab.open(service)
  await eventually('all of it is under way', async () =>
    ['mail', 'text'].every((kind) => lab.office.begun(kind as 'mail' | 'text') === 4),
  )
  const backup = join(lab.dir, 'backup.db')
  await lab.look(`VACUUM INTO '${backup}'`)
  underWay.resolve()
  await untilTold(service, lab.acknowledged[0]!)
  await service.kill('SIGKILL')
  for (const file of ['allclear.db', 'allclear.db-wal', 'allclear.db-shm'])
    await rm(join(lab.dir, file), { force: true })
  await copyFile(backup, join(lab.dir, 'allclear.db'))
  await service.restart()
  lab.kills = 1
  await moveOn(lab)
  await expectInvariants(context, lab)
}, 120_000)

/** Everything that was acknowledged is there, once. */
async function expectKept(lab: Lab, taken: string[]): Promise<void> {
  const kept = await lab.look<{ name: string }>(
    "SELECT name FROM incidents WHERE name LIKE 'Draft %'",
  )
  const names = kept.map(({ name }) => name)
  expect(names, 'I4: what was acknowledged is there').toEqual(expect.arrayContaining(taken))
  expect(new Set(names).size, 'and once').toBe(names.length)
}

/** Texts that may have been sent are looked for, and leases end. */
async function moveOn(lab: Lab): Promise<void> {
  await eventually(
    'nothing is left',
    async () => {
      const [row] = await lab.look<{ n: number }>(
        "SELECT count(*) AS n FROM deliveries WHERE state IN ('pending', 'sending')",
      )
      if (Number(row!.n) === 0) return true
      await lab.jump(20_000)
      await pause(300)
      return false
    },
    60,
  )
}
