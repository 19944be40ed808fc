import { expect, type TestContext } from 'vitest'
import { readMigrations } from '../../db/migrate.ts'
import { listen } from '../support/listen.ts'
import { eventually, type Service } from '../support/service.ts'
import { size } from './chance.ts'
import { databaseServer } from './database-server.ts'
import { expectInvariants } from './invariants.ts'
import { standStill } from './killing.ts'
import { openLab, type Lab } from './lab.ts'
import type { Kind } from './post.ts'
import { scenario } from './scenario.ts'
import { left, moveOn, pause } from './waiting.ts'

const LEASE = 60_000
const LANES = 4
const TROUBLE = /"provider trouble","provider":"resend"/g

for (const kind of ['mail', 'text'] as const)
  scenario(
    11,
    `a worker that sleeps longer than its lease in the middle of a ${kind}`,
    async (context) => {
      await using lab = await openLab({ mails: size(500, 5_000), texts: size(20, 200), speed: 5 })
      const { sleeper } = await fallAsleep(lab, kind)
      await lab.jump(LEASE + 5_000)
      await moveOn(lab, { step: LEASE / 6 })
      expect(await left(lab)).toBe(0)
      const ledger =
        'SELECT id, state, provider_id, batch_id, updated_at FROM deliveries ORDER BY id'
      const before = await lab.look(ledger)
      await wakeUp(sleeper)
      expect(await lab.look(ledger), 'a late answer changes nothing').toEqual(before)
      await expectOnce(context, lab)
    },
    { onlyFull: kind === 'mail' },
  )

scenario(11, 'a worker that wakes up while another one repeats what it held', async (context) => {
  await using lab = await openLab({ mails: size(500, 2_000), texts: 20 })
  const { sleeper, key } = await fallAsleep(lab, 'mail')
  const held = Promise.withResolvers<void>()
  const repeated = lab.office.stepIn('mail', 1, 'before', () => held.promise, key!)
  await lab.jump(LEASE + 5_000)
  await repeatBegins(lab, key!)
  const hands = `SELECT state, claim, leased_until, owner FROM batches WHERE id = '${key}'`
  const before = await lab.look(hands)
  await wakeUp(sleeper)
  expect(await lab.look(hands), 'who is late gives nothing back').toEqual(before)
  held.resolve()
  await repeated
  await moveOn(lab, { step: LEASE / 6 })
  await expectOnce(context, lab)
  const asked = lab.office.sendings.filter((one) => one.key === key)
  expect(asked.length, 'by the sleeper, and by who took over').toBe(2)
})

type Asleep = { sleeper: Service; key: string | null }

/** One of two falls asleep while it waits for the answer to what was accepted. */
async function fallAsleep(lab: Lab, kind: Kind): Promise<Asleep> {
  const sleeper = await lab.start()
  let key: string | null = null
  const asleep = lab.office.stepIn(kind, 2, 'after', (asked) => {
    key = asked
    return standStill(lab, sleeper)
  })
  await lab.open(sleeper)
  await asleep
  await lab.start()
  return { sleeper, key }
}

function repeatBegins(lab: Lab, key: string): Promise<unknown> {
  return eventually('it is repeated', async () => lab.office.begunWith(key) === 2)
}

/** Until it has answered, and had a second for what it missed. */
async function wakeUp(sleeper: Service): Promise<void> {
  sleeper.signal('SIGCONT')
  await eventually('it is awake', async () => (await fetch(`${sleeper.url}/health`)).ok)
  await pause(1_000)
}

async function expectOnce(context: TestContext, lab: Lab): Promise<void> {
  // A text that was about to be sent when its sender fell asleep is sent when it wakes.
  await expectInvariants(context, lab, { duplicatesAtMost: LANES })
  const twice = [...lab.told('mail').values()].filter((copies) => copies > 1)
  expect(twice, 'no mail is sent twice').toEqual([])
}

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
      await lab.make(one, '/api/admin/probes', probeOf(target.url, path))
    await lab.subscribeAll()
    // All lanes of one are busy: what is left is for the other.
    const shared = Promise.withResolvers<void>()
    for (let lane = 1; lane <= LANES; lane++)
      void lab.office.stepIn('mail', lane, 'before', () => shared.promise)
    await lab.open(one)
    await eventually('the other takes part', async () => lab.office.begun('mail') > LANES)
    shared.resolve()
    await eventually('every target is asked again and again', async () => {
      const often = [...asked.values()].filter((moments) => moments.length > size(6, 20))
      return often.length === 3
    })
    const owners = await lab.look(
      "SELECT count(DISTINCT owner) AS n FROM batches WHERE channel = 'email'",
    )
    await expectInvariants(context, lab)
    // What was held up for too long is asked again: that was said aloud.
    const held = lab.services.flatMap((service) => service.output().match(TROUBLE) ?? []).length
    const most = lab.mails / 100 + held
    expect(lab.office.begun('mail'), 'no batch is claimed by both').toBeLessThanOrEqual(most)
    expect(lab.office.begun('text'), 'no text either').toBe(lab.texts)
    expect(owners, 'both have sent').toEqual([{ n: 2 }])
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
