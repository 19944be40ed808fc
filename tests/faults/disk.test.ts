import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { eventually } from '../support/service.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { expectKept, keepWriting } from './traffic.ts'

const run = promisify(execFile)

scenario(16, 'a disk that is full in the middle', async (context) => {
  await using lab = await openLab({ mails: 1_500, texts: 20, speed: 2 })
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
  await expectInvariants(context, lab)
})

async function largestFile({ dir }: Lab): Promise<number> {
  const files = (await readdir(dir)).filter((file) => file.startsWith('allclear.db'))
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dir, file))).size))
  return Math.max(...sizes)
}
