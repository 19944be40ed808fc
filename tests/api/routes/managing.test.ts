import { afterEach, beforeEach, expect, test } from 'vitest'
import { codeOf } from '../../../api/actions/subscribers/links.ts'
import { unsubscribeAddress } from '../../../api/actions/subscribers/suppressions.ts'
import { createApp } from '../../../api/app.ts'
import { DAY, MINUTE } from '../../../api/domain/time.ts'
import type { Channel, SuppressionReason } from '../../../api/domain/words.ts'
import { subscribers, suppressions } from '../../../db/schema.ts'
import { shop } from '../../support/shop.ts'
import {
  addressOf,
  ask,
  letters,
  subscribingWorld,
  theSubscriber,
  tokensOf,
} from '../../support/subscribing.ts'
import { openTrouble, operator } from '../../support/telling.ts'
import type { World } from '../../support/world.ts'

let w: World
let app: ReturnType<typeof createApp>

beforeEach(async () => {
  w = await subscribingWorld()
  const [wire] = w.deps.providers
  for (const channel of ['webhook', 'slack', 'teams', 'discord'] as const)
    w.deps.providers.push({ ...wire!, name: channel, channel })
  w.deps.store = { serve: () => null } as never
  // Pages as their facts, so that the test reads what a page is given.
  w.deps.render = async (path, locals) => Response.json({ path, ...locals })
  app = createApp(w.deps)
})
afterEach(() => w[Symbol.asyncDispose]())

const addresses = {
  email: 'ada@example.com',
  sms: '+4915100000001',
  webhook: 'https://example.com/hooks/status',
  slack: addressOf.slack(1),
  teams: addressOf.teams(1),
  discord: addressOf.discord(1),
}

/** A confirmed subscriber, and where their manage page is. */
async function subscriberBy(channel: keyof typeof addresses): Promise<string> {
  await ask(w.deps, { channel, address: addresses[channel] })
  await w.deps.db.update(subscribers).set({ state: 'active', confirmedAt: w.clock.now() })
  const { manage } = await tokensOf(w.deps, await theSubscriber(w.deps))
  return `/subscriptions/manage?token=${manage}`
}

async function press(path: string, fields: [string, string][] | Record<string, string>) {
  const body = new URLSearchParams(fields)
  const request = new Request(`http://status.example${path}`, { method: 'POST', body })
  const answer = await app.fetch(request)
  return { status: answer.status, headers: answer.headers, ...((await answer.json()) as any) }
}

async function facts(path: string) {
  const token = new URL(path, 'http://x').searchParams.get('token')!
  const request = new Request(`http://status.example/api/pages/manage?token=${token}`)
  return (await (await app.fetch(request)).json()) as any
}

async function quarantine(channel: Channel, reason: SuppressionReason): Promise<void> {
  const { addressHash } = await theSubscriber(w.deps)
  const createdAt = w.clock.now()
  await w.deps.db.insert(suppressions).values({ channel, addressHash, reason, createdAt })
}

const choice: [string, string][] = [
  ['action', 'save'],
  ['groups', shop.group],
  ['components', shop.search],
  ['events', 'incident'],
  ['events', 'postmortem'],
  ['min_impact', 'major'],
  ['updates', 'start_and_end'],
  ['quiet_from', '22:00'],
  ['quiet_until', '07:00'],
  ['digest_at', '08:30'],
  ['locale', 'en'],
  ['time_zone', 'Asia/Tokyo'],
]

test('every choice is saved, and shown again', async () => {
  const path = await subscriberBy('email')
  const incident = await openTrouble(w.deps)
  const saved = await press(path, [...choice, ['incidents', incident]])
  expect(saved).toMatchObject({ status: 200, path, result: { kind: 'saved' } })
  const { subscriber, open_incidents } = await facts(path)
  expect(subscriber).toMatchObject({
    components: [shop.search],
    groups: [shop.group],
    events: ['incident', 'postmortem'],
    min_impact: 'major',
    updates: 'start_and_end',
    incidents: [incident],
    only_incidents: false,
    quiet: { from: '22:00', until: '07:00' },
    digest_at: '08:30',
    time_zone: 'Asia/Tokyo',
  })
  expect(open_incidents).toEqual([{ id: incident, kind: 'incident', name: 'Checkout is slow' }])
})

test('what is emptied and unticked is not wanted any more', async () => {
  const path = await subscriberBy('email')
  const incident = await openTrouble(w.deps)
  await press(path, [...choice, ['incidents', incident], ['only_incidents', 'yes']])
  await press(path, { events: 'incident', min_impact: 'none', quiet_from: '', digest_at: '' })
  expect((await facts(path)).subscriber).toMatchObject({
    components: [],
    groups: [],
    updates: 'all',
    incidents: [],
    only_incidents: false,
    quiet: null,
    digest_at: null,
    time_zone: 'Asia/Tokyo',
  })
})

test.each([
  ['no kind of message', { events: '' }, 'events'],
  ['half of quiet hours', { quiet_until: '07:00' }, 'quiet.from'],
  ['a digest at no time', { digest_at: '25:00' }, 'digest_at'],
  ['an unknown component', { components: 'nobody' }, 'components.0'],
  ['only incidents, and none', { only_incidents: 'yes' }, 'only_incidents'],
  ['a button that is not there', { action: 'explode' }, 'action'],
])('%s is refused, and what was typed comes back', async (_, wrong, path) => {
  const page = await subscriberBy('email')
  const typed = { action: 'save', events: 'incident', min_impact: 'major', ...wrong }
  const before = await theSubscriber(w.deps)
  const { status, result } = await press(page, typed)
  expect(status).toBe(422)
  expect(result).toMatchObject({ kind: 'refused', values: typed })
  expect(result.fields.map((field: { path: string }) => field.path)).toContain(path)
  expect(await theSubscriber(w.deps)).toEqual(before)
})

test.each(['bounce', 'invalid', 'provider', 'unreachable'] as const)(
  'who is in quarantine (%s) sees it and asks for a new confirmation',
  async (reason) => {
    const path = await subscriberBy('email')
    await quarantine('email', reason)
    const at = new Date(w.clock.now()).toISOString()
    expect((await facts(path)).subscriber.suppressed).toEqual({ reason, at })
    w.clock.advance(MINUTE)
    expect(await press(path, { action: 'ask_again' })).toMatchObject({
      status: 200,
      path,
      result: { kind: 'asked_again' },
    })
    expect((await theSubscriber(w.deps)).state).toBe('pending')
    expect((await letters(w.deps)).at(-1)).toMatchObject({ kind: 'confirmation', state: 'pending' })
  },
)

test.each(['complaint', 'stop', 'manual'] as const)(
  'a decision (%s) is not undone by a press',
  async (reason) => {
    const path = await subscriberBy('email')
    const { addressHash } = await theSubscriber(w.deps)
    await unsubscribeAddress(w.deps, operator, { channel: 'email', addressHash }, reason)
    w.clock.advance(MINUTE)
    const { status, result } = await press(path, { action: 'ask_again' })
    expect({ status, kind: result.kind }).toEqual({ status: 409, kind: 'refused' })
    expect((await facts(path)).subscriber).toMatchObject({
      state: 'unsubscribed',
      suppressed: { reason },
    })
  },
)

test('a number that is asked again is confirmed on its own page, without showing the number', async () => {
  const path = await subscriberBy('sms')
  await quarantine('sms', 'unreachable')
  w.clock.advance(MINUTE)
  await press(path, { action: 'ask_again' })
  const wrong = await press(path, { action: 'verify', code: '12' })
  expect(wrong).toMatchObject({ status: 422, path, result: { fields: [{ path: 'code' }] } })
  const code = await codeOf(w.deps, await theSubscriber(w.deps))
  const right = await press(path, { action: 'verify', code })
  expect(right.result).toMatchObject({ kind: 'confirmed', already: false })
  expect(JSON.stringify([wrong, right, await facts(path)])).not.toContain(addresses.sms)
})

test('a webhook shows its secret and makes a new one, once a day', async () => {
  const path = await subscriberBy('webhook')
  const { id } = await theSubscriber(w.deps)
  const first = await w.deps.secrets.webhookSecret(id, 1)
  expect((await facts(path)).subscriber.signing).toEqual({ secret: first, old_until: null })

  expect((await press(path, { action: 'rotate' })).result).toEqual({ kind: 'rotated' })
  const second = await w.deps.secrets.webhookSecret(id, 2)
  const old_until = new Date(w.clock.now() + DAY).toISOString()
  expect((await facts(path)).subscriber.signing).toEqual({ secret: second, old_until })
  expect(await theSubscriber(w.deps)).toMatchObject({
    secretVersion: 2,
    secretRotatedAt: w.clock.now(),
  })

  w.clock.advance(DAY - 1)
  const early = await press(path, { action: 'rotate' })
  expect(early.status).toBe(409)
  expect(early.result.message).toContain(old_until)
  w.clock.advance(1)
  expect((await facts(path)).subscriber.signing).toEqual({ secret: second, old_until: null })
  expect((await press(path, { action: 'rotate' })).status).toBe(200)
  expect((await theSubscriber(w.deps)).secretVersion).toBe(3)
})

test('of two presses at once one makes a new secret', async () => {
  const path = await subscriberBy('webhook')
  const { write } = w.deps.db
  // The second press overtakes the first between its look and its save.
  w.deps.db.write = async (statements) => {
    w.deps.db.write = write
    expect((await press(path, { action: 'rotate' })).status).toBe(200)
    return write(statements)
  }
  expect((await press(path, { action: 'rotate' })).status).toBe(409)
  expect((await theSubscriber(w.deps)).secretVersion).toBe(2)
})

test('only a webhook has a secret', async () => {
  const path = await subscriberBy('email')
  expect((await facts(path)).subscriber.signing).toBeNull()
  expect((await press(path, { action: 'rotate' })).status).toBe(409)
})

test('a person downloads what is held about them', async () => {
  const path = await subscriberBy('email')
  const { id } = await theSubscriber(w.deps)
  const held = await press(path, { action: 'export' })
  expect(held.headers.get('content-disposition')).toBe('attachment; filename="subscription.json"')
  expect(held.headers.get('cache-control')).toBe('no-store')
  expect(held).toMatchObject({
    subscriber: { id, address: 'ada@example.com' },
    consent: { source: 'form' },
    deliveries: [{ kind: 'confirmation' }],
  })
})

test.each(['slack', 'teams', 'discord'] as const)(
  'a download from a link that all of %s can open does not tell its URL',
  async (channel) => {
    const path = await subscriberBy(channel)
    const held = await press(path, { action: 'export' })
    expect(held.subscriber.address).toContain('•••')
    expect(JSON.stringify(held)).not.toContain(addresses[channel])
  },
)

test('a person is forgotten by the second press, not by the first', async () => {
  const path = await subscriberBy('email')
  const before = await theSubscriber(w.deps)
  const asked = await press(path, { action: 'forget' })
  expect(asked.result).toMatchObject({ kind: 'forget', locale: 'en' })
  expect(await theSubscriber(w.deps)).toEqual(before)
  expect((await press(path, { action: 'erase' })).result).toMatchObject({ kind: 'forgotten' })
  expect(await theSubscriber(w.deps)).toMatchObject({ state: 'erased', address: null })
  expect(await press(path, { action: 'erase' })).toMatchObject({
    status: 404,
    result: { kind: 'link_expired' },
  })
})

test('who has left may still take along and delete what is held', async () => {
  const path = await subscriberBy('email')
  await press(path, { action: 'unsubscribe' })
  expect((await press(path, { action: 'save', events: 'incident' })).status).toBe(409)
  expect((await press(path, { action: 'export' })).subscriber.state).toBe('unsubscribed')
  await press(path, { action: 'erase' })
  expect((await theSubscriber(w.deps)).state).toBe('erased')
})
