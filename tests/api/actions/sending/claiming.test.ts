import { eq, inArray } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { claimNext } from '../../../../api/actions/sending/claiming.ts'
import { gateAfter } from '../../../../api/actions/sending/gates.ts'
import { record } from '../../../../api/actions/sending/outcomes.ts'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { DAY, MINUTE } from '../../../../api/domain/time.ts'
import { announcements, batches, deliveries, subscribers } from '../../../../db/schema.ts'
import { planOf, requestsTo } from '../../../support/asked.ts'
import { allAccepted, crowdWorld, tellCrowd, type Crowd } from '../../../support/crowd.ts'
import { gateOf, states } from '../../../support/deliveries.ts'
import { onOneFile, onOneServer } from '../../../support/neighbours.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, tellingWorld } from '../../../support/telling.ts'

const ask = (on: Crowd) => ({ provider: on.provider, confirmationsOnly: false })

async function claimOne(on: Crowd) {
  const { claimed } = await claimNext(on.deps, ask(on))
  return claimed!
}

async function announcement(on: Crowd): Promise<string> {
  const [told] = await on.deps.db.select().from(announcements)
  return told!.id
}

describe('a request', () => {
  test('costs one round trip: what came of the last one is saved with the next claim', async () => {
    await using on = await crowdWorld()
    await tellCrowd(on.deps, 200)
    const requests = requestsTo(on.deps)
    expect(await sendDue(on.deps)).toBe(20)
    expect(await states(on.deps)).toEqual({ accepted: 200 })
    const texts = requests.map((request) => JSON.stringify(request))
    const claims = texts.filter((text) => text.includes('INSERT INTO \\"batches\\"'))
    const completions = texts.filter((text) => text.includes('provider_id = coalesce'))
    expect(completions).toHaveLength(20)
    expect(completions.every((text) => claims.includes(text))).toBe(true)
    // Each of five lanes ends with one that finds nothing.
    expect(claims.length).toBeLessThanOrEqual(20 + 5)
  })

  test('walks through no table, whatever it finds', async () => {
    await using on = await crowdWorld({
      ratePerSecond: 1000,
      answer: (messages) => {
        if (on.sent.length === 1) return { kind: 'refused', code: '422', reason: 'one is wrong' }
        if (on.sent.length === 2) return { kind: 'uncertain', code: '500', reason: 'oops' }
        return allAccepted(messages)
      },
    })
    const second = { ...on.provider, name: 'second', idempotent: false }
    on.deps.providers.push(second)
    await tellCrowd(on.deps, 30)
    const requests = requestsTo(on.deps)
    await claimNext(on.deps, { provider: second, confirmationsOnly: true })
    let completion: Parameters<typeof claimNext>[2] = []
    for (let i = 0; i < 6; i++) {
      on.clock.advance(DAY / 24)
      const { claimed } = await claimNext(on.deps, ask(on), completion)
      if (!claimed) continue
      const outcome = await on.provider.send([], claimed.batch.id, AbortSignal.timeout(1000))
      const next = [{ kind: 'split' }, { kind: 'released' }] as const
      completion = [
        ...record(on.deps, claimed, next[i] ?? { kind: 'unknown', code: '', reason: '' }),
        ...gateAfter(on.deps, on.provider, outcome, claimed.batch.claim),
      ]
    }
    const statements = requests.flat()
    expect(statements.length).toBeGreaterThan(60)
    const scans = new Set<string>()
    for (const statement of statements)
      for (const step of await planOf(on.deps, statement))
        if (/^SCAN (?!CONSTANT|\(|why\b|\w+ VIRTUAL)/.test(step)) scans.add(step)
    expect([...scans]).toEqual([])
  })

  test('that finds nothing saves what came of the last one all the same', async () => {
    await using on = await crowdWorld()
    await tellCrowd(on.deps, 3)
    const claimed = await claimOne(on)
    const results = claimed.members.map(() => ({ kind: 'accepted' as const, provider_id: 'p' }))
    const completion = record(on.deps, claimed, { kind: 'done', results })
    expect((await claimNext(on.deps, ask(on), completion)).claimed).toBeNull()
    expect(await states(on.deps)).toEqual({ accepted: 3 })
  })

  test('whose outcome could not be saved is repeated when its lease has ended', async () => {
    await using on = await crowdWorld()
    await tellCrowd(on.deps, 3)
    const { batch } = await claimOne(on)
    const broken = on.deps.db.run('INSERT INTO nowhere VALUES (1)')
    await expect(claimNext(on.deps, ask(on), [broken])).rejects.toThrow()
    expect(await states(on.deps)).toEqual({ sending: 3 })
    expect((await claimNext(on.deps, ask(on))).claimed).toBeNull()
    on.clock.advance(batch.leasedUntil! - on.clock.now())
    expect(await claimOne(on)).toMatchObject({ batch: { id: batch.id }, first: false })
  })
})

test.each([
  ['one file', onOneFile],
  ['one server', onOneServer],
])('three processes on %s tell everybody once, whatever is lost on the way', async (_, open) => {
  await using told = await tellingWorld()
  await using on = await open(told, 3)
  const [first] = on.all
  await subscribePeople(first!, 1_500)
  await openTrouble(first!)
  await expandAnnouncements(first!)
  told.post.sandbox.faults.set('resend', 'error_after', 3)
  for (let beat = 0; beat < 3; beat++) {
    await Promise.all(on.all.map((deps) => sendDue(deps)))
    told.clock.advance(MINUTE)
  }
  expect(told.post.sandbox.mails).toMatchObject({ total: 1_500, duplicates: 0 })
  expect(await states(first!)).toEqual({ accepted: 1_500 })
  const rows = await first!.db.select().from(batches)
  expect(rows.map(({ size, claim, state }) => ({ size, claim, state }))).toEqual(
    Array.from({ length: 15 }, () => ({ size: 100, claim: null, state: 'done' })),
  )
})

describe('a batch', () => {
  test('is named after its members, so that the same ones make the same key', async () => {
    await using on = await crowdWorld()
    await tellCrowd(on.deps, 25)
    const id = await announcement(on)
    await sendDue(on.deps)
    const keys = on.sent.map(({ key }) => key).toSorted()
    expect(keys).toEqual([`${id}.1.10.10`, `${id}.11.20.10`, `${id}.21.25.5`])

    await on.deps.db.delete(batches)
    await on.deps.db.update(deliveries).set({ state: 'pending', batchId: null, providerId: null })
    const before = on.sent.map(({ key, messages }) => [key, messages]).toSorted()
    on.sent.length = 0
    await sendDue(on.deps)
    expect(on.sent.map(({ key, messages }) => [key, messages]).toSorted()).toEqual(before)
  })

  test('says how many were in it when it was claimed, without who had left', async () => {
    await using on = await crowdWorld()
    await tellCrowd(on.deps, 10)
    await on.deps.db
      .update(subscribers)
      .set({ state: 'unsubscribed' })
      .where(eq(subscribers.seq, 3))
    const { batch } = await claimOne(on)
    expect(batch).toMatchObject({ id: `${await announcement(on)}.1.10.10`, size: 9 })
    expect(await on.deps.db.select({ size: batches.size }).from(batches)).toEqual([{ size: 9 }])
  })

  test('of who is sent again has another name each time', async () => {
    await using on = await crowdWorld({ batchSize: 3 })
    await tellCrowd(on.deps, 3)
    const id = await announcement(on)
    for (const replays of [0, 1, 2]) {
      await on.deps.db.update(deliveries).set({ state: 'pending', batchId: null, replays })
      await sendDue(on.deps)
    }
    expect(on.sent.map(({ key }) => key)).toEqual([
      `${id}.1.3.3`,
      `${id}.1.3.3.r1`,
      `${id}.1.3.3.r2`,
    ])
  })

  test('that nobody was told of is opened again for the same members', async () => {
    await using on = await crowdWorld()
    await tellCrowd(on.deps, 3)
    const first = await claimOne(on)
    await on.deps.db.write(record(on.deps, first, { kind: 'released' }))
    expect(await on.deps.db.select().from(batches)).toMatchObject([
      { state: 'done', size: 0, claim: null },
    ])
    on.clock.advance(1000)
    const again = await claimOne(on)
    expect(again).toMatchObject({ batch: { id: first.batch.id, attempts: 0 }, first: true })
    expect(again.batch.claim).not.toBe(first.batch.claim)
    // Whoever held it before has no say any more.
    await on.deps.db.write(record(on.deps, first, { kind: 'failed', code: 'late', reason: '' }))
    expect(await states(on.deps)).toEqual({ sending: 3 })
    expect(await on.deps.db.select().from(batches)).toMatchObject([{ state: 'open', size: 3 }])
  })

  test('that is split up leaves each member in one named after it alone', async () => {
    await using on = await crowdWorld({
      answer: (messages) =>
        messages.length > 1
          ? { kind: 'refused', code: '422', reason: 'no' }
          : allAccepted(messages),
    })
    await tellCrowd(on.deps, 3)
    const id = await announcement(on)
    await sendDue(on.deps)
    const keys = [`${id}.1.3.3`, `${id}.1.1.1`, `${id}.2.2.1`, `${id}.3.3.1`]
    expect(on.sent.map(({ key }) => key).toSorted()).toEqual(keys.toSorted())
    expect(await states(on.deps)).toEqual({ accepted: 3 })
  })
})

const late = (on: Crowd) => on.clock.advance(DAY)

describe('before the wire', () => {
  type End = { state: string; code: string | null }
  const tried = { code: '451', reason: 'come back later' }
  test.each<[string, (on: Crowd) => unknown, End]>([
    ['who is told too late was not tried: expired', late, { state: 'expired', code: null }],
    [
      'who is told too late after trouble is given up: dead',
      async (on) => {
        await on.deps.db.update(deliveries).set(tried)
        late(on)
      },
      { state: 'dead', code: '451' },
    ],
    [
      'whose telling was stopped: skipped, and says so',
      (on) => on.deps.db.update(announcements).set({ stoppedAt: on.clock.now() }),
      { state: 'skipped', code: 'stopped' },
    ],
    [
      'who left, though it is too late as well: skipped',
      async (on) => {
        await on.deps.db.update(subscribers).set({ state: 'unsubscribed' })
        late(on)
      },
      { state: 'skipped', code: null },
    ],
  ])('%s', async (_, befall, end) => {
    await using on = await crowdWorld({ ratePerSecond: 1 })
    await tellCrowd(on.deps, 3)
    await befall(on)
    await sendDue(on.deps)
    expect(on.sent).toEqual([])
    expect(await on.deps.db.select().from(deliveries)).toMatchObject([end, end, end])
    expect(await on.deps.db.select().from(batches)).toMatchObject([{ state: 'done', claim: null }])
    expect((await gateOf(on.deps, 'crowd'))!.tokens).toBeGreaterThanOrEqual(1000)
  })

  test('what an operator stops while it is sent is not told to the rest', async () => {
    await using on = await crowdWorld({
      answer: async (messages) => {
        await on.deps.db.update(announcements).set({ stoppedAt: on.clock.now() })
        return allAccepted(messages)
      },
    })
    await tellCrowd(on.deps, 100)
    await sendDue(on.deps)
    const counts = await states(on.deps)
    // What was on its way in other lanes ends.
    expect(counts['accepted']).toBeLessThanOrEqual(40)
    expect(counts['accepted']! + counts['skipped']!).toBe(100)
  })

  test('nobody is dead before the end of a telling’s time, however often the provider is silent', async () => {
    await using on = await crowdWorld({
      answer: () => ({ kind: 'deferred', code: '451', reason: 'later' }),
    })
    await tellCrowd(on.deps, 10)
    for (let hour = 0; hour < 24; hour++) {
      await sendDue(on.deps)
      const held = ['pending', 'sending'] as const
      expect(await on.deps.db.$count(deliveries, inArray(deliveries.state, held))).toBe(10)
      on.clock.advance(DAY / 24)
    }
    await sendDue(on.deps)
    expect(await states(on.deps)).toEqual({ dead: 10 })
  })
})
