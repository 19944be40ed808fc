import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@libsql/client'
import { expect } from 'vitest'
import { eventually, type Service } from '../support/service.ts'
import { size } from './chance.ts'
import { databaseServer } from './database-server.ts'
import { scenario } from './scenario.ts'
import type { Target } from './targets.ts'
import { expectTruth, isHole, ownFaults, readProbes, untilStatus, untilWell } from './truth.ts'
import { openWatch, RECHECK, type Watched } from './watched.ts'
import { pause } from './waiting.ts'

const HOUR = 3_600_000
/** Longer than the lease of who was killed while asking. */
const LEASES = 40_000

/** A target breaks, is found broken, and mends: whatever happened before, the watch goes on. */
async function breakAndMend({ targets }: Watched, service: Service): Promise<void> {
  await targets[0]!.breaks()
  await untilStatus(service, 'target0', 'major_outage')
  await targets[0]!.mends()
  await untilStatus(service, 'target0', 'operational')
}

const jumps: [way: string, ms: number][] = [
  ['forward', HOUR],
  ['back', -HOUR],
]

for (const [way, ms] of jumps)
  scenario(
    14,
    `the clock is set an hour ${way} in the middle of a streak`,
    async () => {
      await using on = await openWatch({ targets: 2, threshold: 8 })
      const service = await on.start()
      await untilWell(service)
      const [target] = on.targets
      await target!.breaks()
      const asked = target!.asked()
      await eventually('a streak has begun', async () => target!.asked() > asked)
      const jumpedAt = on.now()
      await on.jump(ms)
      await target!.mends()
      // It was too short to be believed, and ended before it began, or an hour later.
      target!.outages.length = 0
      await untilWell(service)
      await pause(3 * RECHECK)
      await expectTruth(on)
      if (ms > 0) await eventually('nobody looked', () => isHole(on, 'target1', jumpedAt + ms / 2))
      await breakAndMend(on, service)
      await expectTruth(on)
    },
    { onlyFull: ms > 0 },
  )

scenario(11, 'the process sleeps for an hour, and targets come and go meanwhile', async () => {
  await using on = await openWatch({ targets: 2 })
  const service = await on.start()
  await untilWell(service)
  const asleep = on.now()
  service.signal('SIGSTOP')
  await on.targets[0]!.breaks()
  await pause(size(1_500, 5_000))
  await on.targets[0]!.mends()
  await on.jump(HOUR)
  service.signal('SIGCONT')
  await eventually('it looks again', async () => isHole(on, 'target1', asleep + HOUR / 2))
  await breakAndMend(on, service)
  await expectTruth(on, { blind: [{ from: asleep, to: asleep + HOUR }] })
})

scenario(1, 'the process is killed in the middle of its rounds', async () => {
  await using on = await openWatch({ targets: 4 })
  const service = await on.start()
  await untilWell(service)
  const blind = []
  for (let kill = 0; kill < size(2, 8); kill++) {
    await pause(on.chance() * 1_500)
    const from = on.now()
    await service.kill('SIGKILL')
    if (kill === 0) await on.targets[0]!.breaks()
    await service.restart()
    // Who was being asked is free again when the lease has ended.
    await on.jump(LEASES)
    await untilAsked(on.targets[0]!)
    blind.push({ from, to: on.now() })
    if (kill === 0) await untilStatus(service, 'target0', 'major_outage')
  }
  await on.targets[0]!.mends()
  await untilWell(service)
  await expectTruth(on, { blind })
})

scenario(
  15,
  'somebody else holds the write lock while a target breaks',
  async () => {
    await using on = await openWatch({ targets: 3 })
    const service = await on.start()
    await untilWell(service)
    const other = createClient({ url: on.databaseUrl, timeout: 5_000 })
    const lock = await other.transaction('write')
    const from = on.now()
    await on.targets[0]!.breaks()
    await pause(size(3_000, 10_000))
    await lock.rollback()
    other.close()
    await on.jump(LEASES)
    const blind = [{ from, to: on.now() }]
    await untilStatus(service, 'target0', 'major_outage')
    await on.targets[0]!.mends()
    await untilWell(service)
    await expectTruth(on, { blind })
  },
  { onlyFull: true },
)

async function untilAsked(target: Target): Promise<void> {
  const before = target.asked()
  await eventually('it is asked again', async () => target.asked() > before)
}

const run = promisify(execFile)

scenario(
  16,
  'the disk is full while a target breaks',
  async () => {
    await using on = await openWatch({ targets: 3 })
    const service = await on.start()
    await untilWell(service)
    const limit = (bytes: number | 'unlimited') =>
      run('prlimit', ['--pid', String(service.pid()), `--fsize=${bytes}:unlimited`])
    const from = on.now()
    await limit(await largestFile(on))
    await on.targets[0]!.breaks()
    await pause(size(3_000, 10_000))
    await limit('unlimited')
    await on.jump(LEASES)
    const blind = [{ from, to: on.now() }]
    await untilStatus(service, 'target0', 'major_outage')
    await on.targets[0]!.mends()
    await untilWell(service)
    await expectTruth(on, { blind })
  },
  { onlyFull: true },
)

async function largestFile({ dir }: Watched): Promise<number> {
  const files = (await readdir(dir)).filter((file) => file.startsWith('allclear.db'))
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dir, file))).size))
  return Math.max(...sizes)
}

scenario(
  null,
  'no files are left to open',
  async () => {
    await using on = await openWatch({ targets: 3 })
    const service = await on.start()
    await untilWell(service)
    const { files } = await on.heldBy(service)
    const limit = (count: number) =>
      run('prlimit', ['--pid', String(service.pid()), `--nofile=${count}:`])
    // What it may open has a number below the limit: those that are open keep theirs.
    await limit(Math.max(8, files - 8))
    await eventually('it is noticed', async () => (await ownFaults(on)) > 0)
    await pause(size(1_000, 10_000))
    await limit(1024)
    await untilWell(service)
    await breakAndMend(on, service)
    await expectTruth(on)
  },
  { onlyFull: true },
)

scenario(
  17,
  'the database server is gone for a while, and a target breaks meanwhile',
  async () => {
    await using server = await databaseServer()
    await using on = await openWatch({ targets: 3, databaseUrl: server.url })
    const service = await on.start()
    await untilWell(service)
    const from = on.now()
    await server.kill()
    await on.targets[0]!.breaks()
    await pause(size(3_000, 30_000))
    await server.startAgain()
    await on.jump(LEASES)
    const blind = [{ from, to: on.now() + 5_000 }]
    await untilStatus(service, 'target0', 'major_outage')
    await on.targets[0]!.mends()
    await untilWell(service)
    await expectTruth(on, { blind })
  },
  { onlyFull: true },
)

const job = { key: 'job', lines: ['kind: heartbeat', 'every: 2s', 'grace: 6s'] }

scenario(
  null,
  'a job calls in vain while the process is restarted, and sleeps for an hour',
  async () => {
    await using on = await openWatch({ targets: 1, probes: [job] })
    const service = await on.start()
    const answer = await service.api('/api/admin/probes/job')
    const { hook_url: url } = (await answer.json()) as { hook_url: string }
    const calling = setInterval(() => void fetch(url, { method: 'POST' }).catch(() => {}), 1_000)
    try {
      await untilWell(service)
      for (const away of [20_000, 90_000, HOUR].slice(size(2, 0))) {
        await service.kill('SIGTERM')
        await on.jump(size(20_000, away))
        await service.restart()
        await pause(size(1_500, 5_000))
        service.signal('SIGSTOP')
        await on.jump(away)
        await pause(200)
        service.signal('SIGCONT')
        await pause(size(1_500, 5_000))
      }
      await untilWell(service)
      await expectTruth(on)
    } finally {
      clearInterval(calling)
    }
    await untilStatus(service, 'job', 'major_outage')
    const { probes } = await readProbes(service)
    expect(probes.find(({ key }) => key === 'job')!.last_reason).toMatch(/^no call for/)
  },
)
