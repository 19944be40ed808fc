import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient, type Transaction } from '@libsql/client'
import { expect } from 'vitest'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { type Lab, openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { expectKept, keepReading, keepWriting } from './traffic.ts'
import { left, moveOn, pause } from './waiting.ts'

const holds: [string, number][] = [
  ['a second', 1_000],
  ['ten seconds', 10_000],
  ['twenty seconds', 20_000],
]

for (const [long, ms] of holds)
  scenario(
    15,
    `somebody else holds the write lock for ${long}`,
    async (context) => {
      await using lab = await openLab({ mails: 800, texts: 10, posts: 10 })
      const service = await lab.start()
      const writing = keepWriting(service)
      await eventually('it is written to', async () => writing.taken.length > 0)
      const other = createClient({ url: lab.databaseUrl, timeout: 5_000 })
      let lock: Transaction | undefined
      const held = lab.office.stepIn('mail', 2, 'after', async () => {
        lock = await other.transaction('write')
      })
      await lab.open(service)
      await held
      const before = writing.taken.length
      const reading = keepReading(service)
      await pause(ms)
      const meanwhile = writing.taken.length - before
      const slowest = await reading.end()
      expect(await left(lab), 'it was in the middle').toBeGreaterThan(0)
      await lock!.rollback()
      other.close()
      expect(slowest, 'the page is there all the time').toBeLessThan(2_000)
      // One may have been taken between the last look and the lock.
      expect(meanwhile, 'nothing is taken that cannot be written').toBeLessThanOrEqual(1)
      const healed = writing.taken.length + 5
      await eventually('writes are taken again', async () => writing.taken.length >= healed, 10)
      const { taken, refused } = await writing.end()
      expect(refused.every(({ status, retry }) => status === 503 && Number(retry) > 0)).toBe(true)
      // Sooner than that a write waits, and is taken.
      if (ms > 15_000) expect(refused.length).toBeGreaterThan(0)
      await expectKept(lab, taken)
      await expectInvariants(context, lab)
    },
    { onlyFull: ms > 1_000 },
  )

const run = promisify(execFile)

scenario(16, 'a disk that is full in the middle', async (context) => {
  await using lab = await openLab({ mails: size(800, 1_500), texts: 20, speed: 2 })
  const service = await lab.start()
  const limit = (bytes: number | 'unlimited') =>
    run('prlimit', ['--pid', String(service.pid()), `--fsize=${bytes}:unlimited`])
  const filled = lab.office.stepIn('mail', 3, 'after', async () => limit(await largestFile(lab)))
  const incident = await lab.open(service)
  await filled
  const writing = keepWriting(service)
  await eventually('the disk is full', async () => writing.refused.length > 3, 60)
  expect(await left(lab), 'it was in the middle').toBeGreaterThan(0)
  for (const path of ['/', `/api/admin/announcements?incident_id=${incident}`])
    expect((await service.api(path)).status, `${path} is read all the same`).toBe(200)
  await limit('unlimited')
  const before = writing.taken.length
  await eventually('it recovers', async () => writing.taken.length > before + 2)
  const { taken, refused } = await writing.end()
  expect(refused.filter(({ status }) => ![503, 507].includes(status))).toEqual([])
  await expectKept(lab, taken)
  await lab.open(service)
  // What was answered while nothing could be written down is under a lease that nobody gives back.
  await moveOn(lab)
  await expectInvariants(context, lab)
})

async function largestFile({ dir }: Lab): Promise<number> {
  const files = (await readdir(dir)).filter((file) => file.startsWith('allclear.db'))
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dir, file))).size))
  return Math.max(...sizes)
}
