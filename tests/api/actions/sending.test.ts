import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import {
  announcements,
  batches,
  deliveries,
  providerGates,
  subscribers,
  suppressions,
} from '../../../db/schema.ts'
import { expandAnnouncements } from '../../../api/actions/announcements.ts'
import { claim } from '../../../api/actions/batches.ts'
import { addUpdate, giveAllClear } from '../../../api/actions/incidents.ts'
import { messagesOf } from '../../../api/actions/messages.ts'
import { announcementProgress } from '../../../api/actions/progress.ts'
import { recordEvents } from '../../../api/actions/receipts.ts'
import { sendDue } from '../../../api/actions/sending.ts'
import type { Deps } from '../../../api/deps.ts'
import { HOUR, MINUTE } from '../../../api/domain/time.ts'
import type { Provider } from '../../../api/providers/provider.ts'
import { shop, subscribePeople } from '../../support/shop.ts'
import { openTrouble, operator, tellingWorld, tick } from '../../support/telling.ts'

const allClear = {
  issue: 'Checkout was slow.',
  root_cause: 'A full disk.',
  fix: 'A larger disk.',
  impact: '12 minutes.',
  postmortem_url: null,
}

async function states(deps: Deps): Promise<Record<string, number>> {
  const rows = await deps.db.select({ state: deliveries.state }).from(deliveries)
  const counts: Record<string, number> = {}
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

function mailGate(deps: Deps) {
  return deps.db.query.providerGates.findFirst({ where: eq(providerGates.provider, 'resend') })
}

describe('telling subscribers', () => {
  test('everybody who subscribed is told once, by mail and by SMS', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 250)
    await subscribePeople(told.deps, 3, 'sms')
    await openTrouble(told.deps)
    await tick(told.deps)
    expect(told.post.sandbox.mails.recipients.size).toBe(250)
    expect(told.post.sandbox.texts.recipients.size).toBe(3)
    expect(told.post.sandbox.mails.duplicates + told.post.sandbox.texts.duplicates).toBe(0)
    expect(await states(told.deps)).toEqual({ accepted: 253 })
    const [announcement] = await told.deps.db.select().from(announcements)
    expect(await announcementProgress(told.deps, announcement!.id)).toMatchObject({
      total: 253,
      told: 253,
      done: true,
    })
  })

  test('two workers at once still tell everybody once', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 500)
    await openTrouble(told.deps)
    await Promise.all([tick(told.deps), tick(told.deps), tick(told.deps)])
    await tick(told.deps)
    expect(told.post.sandbox.mails.recipients.size).toBe(500)
    expect(told.post.sandbox.mails.duplicates).toBe(0)
  })

  test('a mail says what happened, threads by incident and can be left in one click', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 1)
    const id = await openTrouble(told.deps)
    await tick(told.deps)
    const [mail] = told.post.sandbox.mails.all()
    expect(mail!.subject).toBe('[Corner Shop] Checkout is slow')
    expect(mail!.text).toContain('Investigating · 21 Nov 2026, 13:00 CET')
    expect(mail!.text).toContain('- Shop - Checkout: Operational -> Partial outage')
    expect(mail!.text).toContain(`http://status.example/incidents/${id}`)
    expect(mail!.headers).toMatchObject({
      References: `<incident-${id}@status.example>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    const unsubscribe = /<(.+)>/.exec(mail!.headers['List-Unsubscribe']!)![1]!
    expect(unsubscribe).toMatch(/^http:\/\/status\.example\/unsubscribe\?token=/)
    expect(mail!.html).toContain(unsubscribe.replaceAll('&', '&amp;'))
    expect(mail!.text).toContain(unsubscribe)
  })

  test('an SMS fits in two segments and ends with the link', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 1, 'sms')
    const id = await openTrouble(told.deps, { body: `It’s “slow” – ${'very '.repeat(100)}` })
    await tick(told.deps)
    const [sms] = told.post.sandbox.texts.all()
    expect(sms!.segments).toBe(2)
    expect(sms!.text).toMatch(
      /^Corner Shop 13:00 CET Investigating: Checkout is slow\. It's "slow" - /,
    )
    expect(sms!.text).toMatch(new RegExp(`\\.\\.\\. http://status\\.example/incidents/${id}$`))
  })

  test('a newer word supersedes what was not sent yet, so nobody gets stale news', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 5)
    const id = await openTrouble(told.deps)
    await giveAllClear(told.deps, operator, id, allClear, true)
    await tick(told.deps)
    const mails = told.post.sandbox.mails.all()
    expect(mails.map(({ text }) => text.includes('Resolved'))).toEqual(Array(5).fill(true))
    expect(told.post.sandbox.mails.recipients.size).toBe(5)
  })

  test('what was expanded but not sent is superseded too', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 5)
    const id = await openTrouble(told.deps)
    await expandAnnouncements(told.deps)
    await addUpdate(told.deps, operator, id, {
      status: 'identified',
      body: 'Found it.',
      components: [],
      notify: true,
      nextUpdateAt: null,
    })
    // Also when the claim comes before the sweep.
    await sendDue(told.deps)
    expect(told.post.sandbox.mails.total).toBe(0)
    await tick(told.deps)
    expect(await states(told.deps)).toEqual({ superseded: 5, accepted: 5 })
  })

  test('only those hear of it whose choice it is', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 3, 'email', { components: [shop.search] })
    await subscribePeople(told.deps, 2, 'sms', { groups: [shop.group] })
    await openTrouble(told.deps)
    await tick(told.deps)
    expect(told.post.sandbox.mails.total).toBe(0)
    expect(told.post.sandbox.texts.total).toBe(2)
  })

  test('somebody who left between expansion and sending is not told', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 3)
    await openTrouble(told.deps)
    await expandAnnouncements(told.deps)
    await told.deps.db
      .update(subscribers)
      .set({ state: 'unsubscribed' })
      .where(eq(subscribers.address, 'person1@example.com'))
    await tick(told.deps)
    expect([...told.post.sandbox.mails.recipients.keys()]).toEqual([
      'person0@example.com',
      'person2@example.com',
    ])
    expect(await states(told.deps)).toEqual({ accepted: 2, skipped: 1 })
  })
})

describe('trouble at the provider', () => {
  test.each([
    ['an error after accepting', 'error_after'],
    ['an error before accepting', 'error_before'],
    ['a 429', 'rate_limited'],
  ] as const)('%s tells nobody twice and loses nobody', async (_, fault) => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 300)
    await subscribePeople(told.deps, 2, 'sms')
    told.post.sandbox.faults.set('resend', fault, 2)
    told.post.sandbox.faults.set('twilio', fault, 1)
    await openTrouble(told.deps)
    for (let beat = 0; beat < 8; beat++) {
      await tick(told.deps)
      told.clock.advance(MINUTE)
    }
    expect(told.post.sandbox.mails.recipients.size).toBe(300)
    expect(told.post.sandbox.texts.recipients.size).toBe(2)
    expect(told.post.sandbox.mails.duplicates + told.post.sandbox.texts.duplicates).toBe(0)
    expect(await states(told.deps)).toEqual({ accepted: 302 })
  })

  test('a 429 on the retry of an accepted batch does not dissolve it', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 100)
    await openTrouble(told.deps)
    told.post.sandbox.faults.set('resend', 'error_after', 1)
    await tick(told.deps)
    told.post.sandbox.faults.set('resend', 'rate_limited', 1)
    for (let beat = 0; beat < 5; beat++) {
      told.clock.advance(MINUTE)
      await tick(told.deps)
    }
    expect(told.post.sandbox.mails.duplicates).toBe(0)
    expect(await states(told.deps)).toEqual({ accepted: 100 })
  })

  test('one bad address in a batch does not hold the others', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 100)
    await told.deps.db
      .update(subscribers)
      .set({ address: 'nobody@' })
      .where(eq(subscribers.address, 'person42@example.com'))
    await openTrouble(told.deps)
    for (let beat = 0; beat < 3; beat++) await tick(told.deps)
    expect(told.post.sandbox.mails.recipients.size).toBe(99)
    expect(await states(told.deps)).toEqual({ accepted: 99, failed: 1 })
  })

  test('a refused key opens the circuit, loses nothing, and heals when the key is accepted again', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 300)
    told.post.sandbox.faults.set('resend', 'auth_refused', null)
    await openTrouble(told.deps)
    for (let beat = 0; beat < 5; beat++) {
      await tick(told.deps)
      told.clock.advance(MINUTE)
    }
    const gate = await mailGate(told.deps)
    expect(gate).toMatchObject({ circuit: 'open' })
    expect(gate!.reason).not.toBe('')
    expect((await states(told.deps))['dead']).toBeUndefined()
    told.post.sandbox.faults.clear()
    for (let beat = 0; beat < 5; beat++) {
      told.clock.advance(MINUTE)
      await tick(told.deps)
    }
    expect(told.post.sandbox.mails.recipients.size).toBe(300)
    expect(told.post.sandbox.mails.duplicates).toBe(0)
    expect(await mailGate(told.deps)).toMatchObject({ circuit: 'closed', reason: null })
  })

  test('a provider that is down for half an hour is asked once per pause, and nothing dies', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 200)
    told.post.sandbox.faults.set('resend', 'error_before', null)
    await openTrouble(told.deps)
    for (let minute = 0; minute < 30; minute++) {
      await tick(told.deps)
      told.clock.advance(MINUTE)
    }
    expect((await states(told.deps))['dead']).toBeUndefined()
    told.post.sandbox.faults.clear()
    for (let minute = 0; minute < 30; minute++) {
      told.clock.advance(MINUTE)
      await tick(told.deps)
    }
    expect(told.post.sandbox.mails.recipients.size).toBe(200)
  })

  test('a worker that died in the middle of a request is followed by one that repeats it exactly', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 100)
    await openTrouble(told.deps)
    await expandAnnouncements(told.deps)
    const [mail] = told.deps.providers
    const dying = await claim({ ...told.deps, instance: 'dying' }, mail!, {
      channel: 'email',
      confirmationsOnly: false,
    })
    await mail!.send(
      await messagesOf(told.deps, dying!.members),
      dying!.batch.id,
      AbortSignal.timeout(5000),
    )
    await tick(told.deps)
    expect(await states(told.deps)).toEqual({ sending: 100 })
    told.clock.advance(2 * MINUTE)
    await tick(told.deps)
    expect(told.post.sandbox.mails.total).toBe(100)
    expect(told.post.sandbox.mails.duplicates).toBe(0)
    expect(await states(told.deps)).toEqual({ accepted: 100 })
  })

  test('a request that may have been accepted is not repeated once its key is forgotten', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 100)
    told.post.sandbox.faults.set('resend', 'error_after', 1)
    await openTrouble(told.deps)
    await tick(told.deps)
    told.clock.advance(25 * HOUR)
    await tick(told.deps)
    expect(told.post.sandbox.mails.duplicates).toBe(0)
    expect(await states(told.deps)).toEqual({ unknown: 100 })
  })

  test('who was refused with a wrong key is looked at again: left and superseded means not told', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 100)
    told.post.sandbox.faults.set('resend', 'auth_refused', null)
    const id = await openTrouble(told.deps)
    await tick(told.deps)
    await giveAllClear(told.deps, operator, id, allClear, true)
    await told.deps.db
      .update(subscribers)
      .set({ state: 'unsubscribed' })
      .where(eq(subscribers.address, 'person1@example.com'))
    told.post.sandbox.faults.clear()
    for (let beat = 0; beat < 4; beat++) {
      told.clock.advance(MINUTE)
      await tick(told.deps)
    }
    const mails = told.post.sandbox.mails.all()
    expect(mails).toHaveLength(99)
    expect(mails.every(({ text }) => text.includes('Resolved'))).toBe(true)
  })

  test('doubts about old texts do not hold up new ones, and end', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 5, 'sms')
    await openTrouble(told.deps)
    const [, sms] = told.deps.providers
    const lost: Provider = {
      ...sms!,
      send: () => Promise.resolve({ kind: 'uncertain', code: 'timeout', reason: 'no answer' }),
      find: () => Promise.resolve('unknown'),
    }
    await tick({ ...told.deps, providers: [lost] })
    expect(await states(told.deps)).toEqual({ sending: 5 })
    await openTrouble(told.deps, { name: 'Another' })
    const blind: Provider = { ...sms!, find: () => Promise.resolve('unknown') }
    told.clock.advance(MINUTE)
    await tick({ ...told.deps, providers: [blind] })
    expect(told.post.sandbox.texts.total).toBe(5)
    told.clock.advance(25 * HOUR)
    await tick({ ...told.deps, providers: [blind] })
    expect(await states(told.deps)).toEqual({ accepted: 5, unknown: 5 })
  })

  test('somebody erased while their mail was uncertain does not keep the telling open', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 100)
    told.post.sandbox.faults.set('resend', 'error_before', 1)
    await openTrouble(told.deps)
    await tick(told.deps)
    await told.deps.db
      .update(subscribers)
      .set({ state: 'erased', address: null })
      .where(eq(subscribers.address, 'person7@example.com'))
    told.clock.advance(MINUTE)
    await tick(told.deps)
    expect(await states(told.deps)).toEqual({ accepted: 99, skipped: 1 })
  })

  test('a letter that cannot be written holds up no other', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 3)
    const broken = await openTrouble(told.deps, { name: 'Broken' })
    const { render } = told.deps
    told.deps.render = (path, locals) =>
      JSON.stringify(locals).includes(broken)
        ? Promise.resolve(new Response(null, { status: 500 }))
        : render(path, locals)
    await tick(told.deps)
    await openTrouble(told.deps, { name: 'Healthy' })
    await tick(told.deps)
    expect(told.post.sandbox.mails.all().map(({ subject }) => subject)).toEqual(
      Array(3).fill('[Corner Shop] Healthy'),
    )
  })

  test('what could not be told within a day is not told at all', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 2)
    await openTrouble(told.deps)
    await expandAnnouncements(told.deps)
    told.clock.advance(25 * HOUR)
    await sendDue(told.deps)
    expect(told.post.sandbox.mails.total).toBe(0)
    expect(await states(told.deps)).toEqual({ expired: 2 })
  })
})

describe('receipts', () => {
  const orders = permutations(['accepted', 'delayed', 'delivered', 'complained'] as const)

  test.each(orders.map((order) => [order.join(', '), order] as const))(
    'in the order %s they end the same',
    async (_, order) => {
      await using told = await tellingWorld()
      await subscribePeople(told.deps, 1)
      await openTrouble(told.deps)
      await tick(told.deps)
      const [delivery] = await told.deps.db.select().from(deliveries)
      for (const state of [...order, ...order])
        await recordEvents(told.deps, told.deps.providers[0]!, {
          inbound: [],
          receipts: [
            {
              event_id: `event ${state}`,
              delivery: delivery!.id,
              provider_id: delivery!.providerId,
              state,
              ...(state === 'complained' ? { suppress: 'complaint' as const } : {}),
            },
          ],
        })
      expect(await states(told.deps)).toEqual({ complained: 1 })
      const [left] = await told.deps.db.select().from(subscribers)
      expect(left!.state).toBe('unsubscribed')
    },
  )

  test('a receipt of another installation, with another message id, is not ours', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 1)
    await openTrouble(told.deps)
    await tick(told.deps)
    const [delivery] = await told.deps.db.select().from(deliveries)
    const foreign = { delivery: delivery!.id, provider_id: 'theirs', state: 'bounced' as const }
    await recordEvents(told.deps, told.deps.providers[0]!, {
      inbound: [],
      receipts: [{ event_id: 'foreign', ...foreign, suppress: 'bounce' }],
    })
    expect(await states(told.deps)).toEqual({ accepted: 1 })
    expect(await told.deps.db.$count(suppressions)).toBe(0)
  })

  test('a receipt that comes before the answer is not undone by it', async () => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 1)
    await openTrouble(told.deps)
    await expandAnnouncements(told.deps)
    const provider = told.deps.providers[0]!
    const early: Provider = {
      ...provider,
      async send(...request: Parameters<Provider['send']>) {
        const outcome = await provider.send(...request)
        await recordEvents(told.deps, provider, {
          inbound: [],
          receipts: [
            {
              event_id: 'early',
              delivery: request[0][0]!.delivery,
              provider_id: 'early',
              state: 'delivered',
            },
          ],
        })
        return outcome
      },
    }
    await sendDue({ ...told.deps, providers: [early] })
    expect(await states(told.deps)).toEqual({ delivered: 1 })
    const [batch] = await told.deps.db.select().from(batches)
    expect(batch!.state).toBe('done')
  })
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  )
}
