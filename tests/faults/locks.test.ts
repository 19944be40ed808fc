import { createClient } from '@libsql/client'
import { expect } from 'vitest'
import { expectInvariants } from './invariants.ts'
import { openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { expectKept, keepReading, keepWriting } from './traffic.ts'
import { pause } from './waiting.ts'

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
