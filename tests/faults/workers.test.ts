import { expect } from 'vitest'
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
      await lab.open(sleeper)
      await lab.office.stepIn(kind, 2, 'after', () => standStill(lab, sleeper))
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
  )

scenario(18, 'two that start together on one new file', async (context) => {
  await using lab = await openLab({
    mails: size(1_000, 10_000),
    texts: 20,
    posts: 20,
    speed: 5,
    isFresh: true,
  })
  await shareTheWork(lab)
  await expectInvariants(context, lab)
})

scenario(18, 'two that start together on one new database server', async (context) => {
  await using server = await databaseServer()
  const crowd = { mails: size(300, 5_000), texts: 20, posts: 20 }
  await using lab = await openLab({ ...crowd, speed: 5, isFresh: true, databaseUrl: server.url })
  await shareTheWork(lab)
  await expectInvariants(context, lab)
})

const INTERVAL = 10_000

scenario(18, 'two that probe the same targets', async (context) => {
  await using lab = await openLab({ mails: 50, speed: 10 })
  const asked = new Map<string, number[]>()
  const target = await listen((request) => {
    const { pathname } = new URL(request.url)
    asked.set(pathname, [...(asked.get(pathname) ?? []), lab.now()])
    return new Response('well')
  })
  try {
    const reaching = { PROBE_ALLOW_PRIVATE: '127.0.0.0/8' }
    const [one] = await Promise.all([lab.start(reaching), lab.start(reaching)])
    for (const path of ['/1', '/2', '/3'])
      expect(
        (await one.api('/api/admin/probes', { method: 'POST', body: probeOf(target.url, path) }))
          .status,
      ).toBe(201)
    await lab.open(one)
    const slots = size(6, 20)
    await eventually(
      'it is asked again and again',
      async () =>
        asked.size === 3 && [...asked.values()].every((moments) => moments.length > slots),
    )
    for (const [path, moments] of asked) {
      const gaps = moments.slice(1).map((at, i) => at - moments[i]!)
      // On its dot or late, never early: an early one would be a second question in one interval.
      const since = moments.at(-1)! - moments[0]!
      expect(moments.length - 1, `${path}: one question per interval`).toBeLessThanOrEqual(
        since / INTERVAL + 1,
      )
      expect(Math.min(...gaps), `${path}: nobody asks twice`).toBeGreaterThan(INTERVAL / 4)
    }
    await expectInvariants(context, lab)
    const [kept] = await lab.look<{ ok: number }>('SELECT sum(ok) AS ok FROM sample_buckets')
    const questions = [...asked.values()].reduce((sum, moments) => sum + moments.length, 0)
    expect(kept!.ok, 'no answer is counted twice').toBeLessThanOrEqual(questions)
  } finally {
    await target.close()
  }
})

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
