import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@libsql/client'
import { expect } from 'vitest'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { type Lab, openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { expectKept, keepReading, keepWriting } from './traffic.ts'
import { moveOn, pause } from './waiting.ts'

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
      await using lab = await openLab({ mails: 500, texts: 10, posts: 10 })
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
      expect(slowest, 'the page is there all the time').toBeLessThan(2_000)
      expect(taken.length).toBeGreaterThan(0)
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
  await lab.open(service)
  await filled
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
  // What was answered while nothing could be written down is under a lease that nobody gives back.
  await moveOn(lab)
  await expectInvariants(context, lab)
})

async function largestFile({ dir }: Lab): Promise<number> {
  const files = (await readdir(dir)).filter((file) => file.startsWith('allclear.db'))
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dir, file))).size))
  return Math.max(...sizes)
}
