import { expect, type TestContext } from 'vitest'
import { readMigrations } from '../../db/migrate.ts'
import { listen } from '../support/listen.ts'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { databaseServer } from './database-server.ts'
import { expectInvariants } from './invariants.ts'
import { standStill } from './killing.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { left, moveOn, pause } from './waiting.ts'

const LEASE = 60_000
const LANES = 4

for (const kind of ['mail', 'text'] as const)
  scenario(
    11,
    `a worker that sleeps longer than its lease in the middle of a ${kind}`,
    async (context) => {
      await using lab = await openLab({ mails: size(500, 5_000), texts: size(20, 200), speed: 5 })
      const sleeper = await lab.start()
      const asleep = lab.office.stepIn(kind, 2, 'after', () => standStill(lab, sleeper))
      await lab.open(sleeper)
      await asleep
      await lab.start()
      await lab.jump(LEASE + 5_000)
      await moveOn(lab, { step: LEASE / 6 })
      expect(await left(lab)).toBe(0)
      const ledger = 'SELECT id, state, provider_id, batch_id FROM deliveries ORDER BY id'
      const before = await lab.look(ledger)
      sleeper.signal('SIGCONT')
      await pause(1_000)
      expect(await lab.look(ledger), 'a late answer changes nothing').toEqual(before)
      // A text that was about to be sent when its sender fell asleep is sent when it wakes.
      await expectInvariants(context, lab, { duplicatesAtMost: LANES })
      const twice = [...lab.told('mail').values()].filter((copies) => copies > 1)
      expect(twice, 'no mail is sent twice').toEqual([])
    },
    { onlyFull: kind === 'mail' },
  )

const crowd = { mails: size(500, 5_000), texts: 20, posts: 20, speed: 8, isFresh: true }

scenario(18, 'two that start together on one new file', async (context) => {
  await using lab = await openLab(crowd)
  await shareTheWork(context, lab)
})

scenario(
  18,
  'two that start together on one new database server',
  async (context) => {
    await using server = await databaseServer()
    await using lab = await openLab({ ...crowd, databaseUrl: server.url })
    await shareTheWork(context, lab)
  },
  { onlyFull: true },
)

async function shareTheWork(context: TestContext, lab: Lab): Promise<void> {
  const asked = new Map<string, number[]>()
  const target = await listen((request) => {
    const { pathname } = new URL(request.url)
    asked.set(pathname, [...(asked.get(pathname) ?? []), lab.now()])
    return new Response('well')
  })
  try {
    const reaching = { PROBE_ALLOW_PRIVATE: '127.0.0.0/8' }
    const [one] = await Promise.all([lab.start(reaching), lab.start(reaching)])
    await eventually('it is open', async () => (await one.api('/api/admin/probes')).status === 200)
    expect(await lab.look('SELECT count(*) AS n FROM page')).toEqual([{ n: 1 }])
    const applied = await lab.look<{ name: string }>('SELECT name FROM migrations ORDER BY name')
    const all = (await readMigrations()).map(({ name }) => ({ name }))
    expect(applied, 'each migration is applied once').toEqual(all)
    for (const path of ['/1', '/2', '/3'])
      await one.api('/api/admin/probes', { method: 'POST', body: probeOf(target.url, path) })
    await lab.subscribeAll()
    await lab.open(one)
    await eventually('every target is asked again and again', async () => {
      const often = [...asked.values()].filter((moments) => moments.length > size(6, 20))
      return often.length === 3
    })
    await expectInvariants(context, lab)
    for (const [path, moments] of asked) expectOncePerInterval(path, moments)
    const [kept] = await lab.look<{ n: number }>('SELECT sum(ok) AS n FROM sample_buckets')
    const questions = [...asked.values()].reduce((sum, moments) => sum + moments.length, 0)
    expect(kept!.n, 'no answer is counted twice').toBeLessThanOrEqual(questions)
  } finally {
    await target.close()
  }
}

const INTERVAL = 10_000

function probeOf(url: string, path: string): object {
  return {
    key: `probe-${path.slice(1)}`,
    component: 'checkout',
    url: url + path,
    interval_ms: INTERVAL,
    recheck_ms: INTERVAL,
    timeout_ms: INTERVAL,
  }
}

/**
 * On its dot or late, but never a second time in one interval, whoever asks. Of the first, which is asked at once and not on
 * its dot, and of how late it was, one interval each is forgiven.
 */
function expectOncePerInterval(path: string, moments: number[]): void {
  const intervals = (moments.at(-1)! - moments[0]!) / INTERVAL
  expect(moments.length - 1, `${path}: one question per interval`).toBeLessThanOrEqual(
    intervals + 2,
  )
}
