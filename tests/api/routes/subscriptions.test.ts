import { afterEach, beforeEach, expect, test } from 'vitest'
import { codeOf } from '../../../api/actions/subscribers/links.ts'
import { createApp } from '../../../api/app.ts'
import { DAY } from '../../../api/domain/time.ts'
import { channels, type Channel } from '../../../api/domain/words.ts'
import { subscribers } from '../../../db/schema.ts'
import { shop } from '../../support/shop.ts'
import { openTrouble } from '../../support/telling.ts'
import { letters, subscribingWorld, theSubscriber, tokensOf } from '../../support/subscribing.ts'
import type { World } from '../../support/world.ts'

let w: World
let app: ReturnType<typeof createApp>

beforeEach(async () => {
  w = await subscribingWorld()
  const [wire] = w.deps.providers
  w.deps.providers = channels.map((channel) => ({ ...wire!, name: channel, channel }))
  w.deps.store = { serve: () => null } as never
  // Pages as their facts, so that the test reads what a page is given.
  w.deps.render = async (path, locals) =>
    Response.json({ path, ...locals }, { headers: { 'content-type': 'text/html' } })
  app = createApp(w.deps)
})
afterEach(() => w[Symbol.asyncDispose]())

type Shown = { status: number; headers: Headers; text: string; path: string; result: any }

async function visit(path: string, method = 'GET'): Promise<Shown> {
  return shown(await app.fetch(new Request(`http://status.example${path}`, { method })))
}

async function submit(path: string, fields: [string, string][] | Record<string, string>) {
  const body = new URLSearchParams(fields)
  const request = new Request(`http://status.example${path}`, { method: 'POST', body })
  return shown(await app.fetch(request))
}

async function shown(answer: Response): Promise<Shown> {
  const text = await answer.text()
  const { path, result } = text.startsWith('{') ? JSON.parse(text) : { path: '', result: null }
  return { status: answer.status, headers: answer.headers, text, path, result }
}

const ada = { channel: 'email', address: 'ada@example.com', website: '' }
const tokens = async () => tokensOf(w.deps, await theSubscriber(w.deps))
const state = async () => (await theSubscriber(w.deps)).state

async function facts() {
  return JSON.stringify([await w.deps.db.select().from(subscribers), await letters(w.deps)])
}

test('the form subscribes with the components that are ticked', async () => {
  const { status, path, result, headers } = await submit('/subscribe', [
    ...Object.entries(ada),
    ['components', shop.search],
    ['components', shop.checkout],
  ])
  expect({ status, path, result }).toEqual({
    status: 200,
    path: '/subscriptions/result',
    result: { kind: 'check_inbox' },
  })
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect((await theSubscriber(w.deps)).preferences.components).toEqual([shop.search, shop.checkout])
})

test('one ticked component is enough', async () => {
  await submit('/subscribe', { ...ada, components: shop.search })
  expect((await theSubscriber(w.deps)).preferences.components).toEqual([shop.search])
})

const addresses: Record<Channel, string> = {
  email: 'ada@example.com',
  sms: '+4915100000001',
  webhook: 'https://example.com/hooks/status',
  slack: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX',
  teams:
    'https://prod-00.westeurope.logic.azure.com/workflows/0/triggers/manual/paths/invoke?sig=X',
  discord: 'https://discord.com/api/webhooks/123456789012345678/XXXXXXXX',
}
const nextSteps: Record<Channel, Record<string, unknown>> = {
  email: { kind: 'check_inbox' },
  sms: { kind: 'enter_code', address: addresses.sms, wrong: false },
  webhook: { kind: 'answer_challenge' },
  slack: { kind: 'check_channel', channel: 'slack' },
  teams: { kind: 'check_channel', channel: 'teams' },
  discord: { kind: 'check_channel', channel: 'discord' },
}
const signUp = (channel: Channel) => ({ channel, address: addresses[channel], consent: 'yes' })

test.each(channels)('a sign-up by %s says what is next, in the form and in the API', async (of) => {
  expect((await submit('/subscribe', signUp(of))).result).toEqual(nextSteps[of])
  expect((await theSubscriber(w.deps)).channel).toBe(of)
  const asked = await post('/api/subscribers', { channel: of, address: addresses[of] })
  expect(asked).toEqual({ status: 202, body: { status: 'accepted', next: nextSteps[of]['kind'] } })
})

test.each([
  ['faster than any person', { filled_ms: '1499.5' }, 0],
  ['in the time that a fast person takes', { filled_ms: '1500' }, 1],
  ['in a browser without scripts', { filled_ms: '' }, 1],
  ['with the field that nobody sees', { website: 'x' }, 0],
  ['with that field, and slowly', { website: 'x', filled_ms: '90000' }, 0],
])('a form filled in %s is answered alike', async (_, facts, stored) => {
  for (const channel of channels) {
    const { status, result } = await submit('/subscribe', { ...signUp(channel), ...facts })
    expect({ status, result }).toEqual({ status: 200, result: nextSteps[channel] })
  }
  const rows = await w.deps.db.select().from(subscribers)
  expect(rows).toHaveLength(stored * channels.length)
})

async function post(path: string, body: unknown) {
  const request = new Request(`http://status.example${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await app.fetch(request)
  return { status: answer.status, body: (await answer.json()) as any }
}

test('the API takes every wish', async () => {
  const incident = await openTrouble(w.deps)
  const wish = {
    components: ['search'],
    groups: ['shop'],
    events: ['incident'],
    min_impact: 'major',
    updates: 'start_and_end',
    incidents: [incident],
    only_incidents: false,
    quiet: { from: '22:00', until: '07:00' },
    digest_at: '08:30',
  }
  const asked = await post('/api/subscribers', {
    channel: 'email',
    address: 'ada@example.com',
    locale: 'en',
    time_zone: 'Asia/Tokyo',
    ...wish,
  })
  expect(asked.status).toBe(202)
  expect(await theSubscriber(w.deps)).toMatchObject({
    preferences: { ...wish, components: [shop.search], groups: [shop.group] },
    timeZone: 'Asia/Tokyo',
  })
})

test.each([
  ['a field that is not known', { colour: 'red' }, 'colour'],
  ['an unknown part of quiet hours', { quiet: { from: '22:00', to: '07:00' } }, 'quiet.to'],
  ['an end that is no time', { quiet: { from: '22:00', until: '24:00' } }, 'quiet.until'],
  ['quiet hours of no length', { quiet: { from: '22:00', until: '22:00' } }, 'quiet.until'],
  ['a digest at no time', { digest_at: '8 am' }, 'digest_at'],
  ['a digest by SMS', { channel: 'sms', address: addresses.sms, digest_at: '08:00' }, 'digest_at'],
  ['an unknown amount of updates', { updates: 'some' }, 'updates'],
  ['an unknown group', { groups: ['nobody'] }, 'groups.0'],
  ['an incident that is not open', { incidents: ['nobody'] }, 'incidents.0'],
  ['nothing but no incidents', { only_incidents: true }, 'only_incidents'],
  ['a time zone that does not exist', { time_zone: 'Mars/Olympus' }, 'time_zone'],
])('the API refuses %s, and says where', async (_, wrong, path) => {
  const { status, body } = await post('/api/subscribers', {
    channel: 'email',
    address: 'ada@example.com',
    ...wrong,
  })
  expect(status).toBe(422)
  expect(body.errors.map((error: { path: string }) => error.path)).toContain(path)
  expect(await w.deps.db.select().from(subscribers)).toEqual([])
})

test('a form that shows every choice is taken at its word', async () => {
  const shown = { ...ada, choices: 'shown' }
  const refused = await submit('/subscribe', { ...shown, quiet_from: '22:00' })
  expect(refused.result.fields.map(({ path }: { path: string }) => path)).toEqual([
    'events',
    'quiet.until',
  ])
  await submit('/subscribe', {
    ...shown,
    events: 'maintenance',
    groups: shop.group,
    updates: 'start_and_end',
    quiet_from: '22:00',
    quiet_until: '07:00',
    digest_at: '',
    time_zone: 'Asia/Tokyo',
  })
  expect(await theSubscriber(w.deps)).toMatchObject({
    preferences: {
      events: ['maintenance'],
      groups: [shop.group],
      updates: 'start_and_end',
      quiet: { from: '22:00', until: '07:00' },
      digest_at: null,
    },
    timeZone: 'Asia/Tokyo',
  })
})

test('one incident is followed by its own form, while it is open', async () => {
  const incident = await openTrouble(w.deps)
  const follow = { ...ada, only_incidents: 'yes' }
  await submit('/subscribe', { ...follow, incidents: incident })
  expect((await theSubscriber(w.deps)).preferences).toMatchObject({
    incidents: [incident],
    only_incidents: true,
  })
  const over = await submit('/subscribe', { ...follow, incidents: 'notopen00000' })
  expect(over.result.fields).toMatchObject([{ path: 'incidents.0' }, { path: 'only_incidents' }])
})

test('a program that fills in every field is told that all is well', async () => {
  const { status, result } = await submit('/subscribe', { ...ada, website: 'http://spam.example' })
  expect({ status, result }).toEqual({ status: 200, result: { kind: 'check_inbox' } })
  expect(await w.deps.db.select().from(subscribers)).toEqual([])
})

const seen = ({ status, result }: Shown) => ({ status, ...result, values: null })

test.each([
  ['a number, written as people do', { channel: 'sms', address: '+49 151 00000001' }],
  ['what is no address', { channel: 'email', address: 'ada' }],
  ['an unknown component', { ...ada, components: 'nobody' }],
])('a program that gives %s is answered as a person is', async (_, given) => {
  const typed = { ...given, consent: 'yes' }
  const fooled = await submit('/subscribe', { ...typed, website: 'http://spam.example' })
  const person = await submit('/subscribe', { ...typed, website: '' })
  expect(seen(fooled)).toEqual(seen(person))
})

test('a refused form comes back with what was typed', async () => {
  const typed = { channel: 'email', address: 'ada', components: shop.search }
  const { status, result } = await submit('/subscribe', typed)
  expect(status).toBe(422)
  expect(result).toMatchObject({
    kind: 'refused',
    fields: [{ path: 'address', message: 'must be an email address such as ada@example.com' }],
    values: typed,
  })
})

test('a number is subscribed after its owner agreed, and confirmed by the code', async () => {
  const typed = { channel: 'sms', address: '+49 151 00000001' }
  const refused = await submit('/subscribe', typed)
  expect(refused.result.fields).toMatchObject([{ path: 'consent' }])
  const asked = await submit('/subscribe', { ...typed, consent: 'yes' })
  expect(asked.result).toEqual({ kind: 'enter_code', address: '+4915100000001', wrong: false })
  const wrong = await submit('/subscribe/verify', { address: asked.result.address, code: 'x' })
  expect(wrong.status).toBe(422)
  expect(wrong.result).toEqual({ ...asked.result, wrong: true })
  const code = await codeOf(w.deps, await theSubscriber(w.deps))
  const right = await submit('/subscribe/verify', { address: asked.result.address, code })
  expect(right.result).toMatchObject({ kind: 'confirmed', already: false })
  expect(await state()).toBe('active')
})

test('a form is answered in the language that it chose, refused or not', async () => {
  const asked = await submit('/subscribe', { ...ada, locale: 'fr' })
  expect(asked.result).toEqual({ kind: 'check_inbox', locale: 'fr' })
  const refused = await submit('/subscribe', { ...ada, address: 'ada', locale: 'de-AT' })
  expect(refused.result).toMatchObject({
    kind: 'refused',
    locale: 'de',
    fields: [{ path: 'address', say: { key: 'refusal.email' } }],
  })
  const verified = await submit('/subscribe/verify', { address: 'x', code: 'x', locale: 'ja' })
  expect(verified.result).toMatchObject({ kind: 'enter_code', wrong: true, locale: 'ja' })
  const unknown = await submit('/subscribe', { ...ada, address: 'ada', locale: 'pt-BR' })
  expect(unknown.result).not.toHaveProperty('locale')
})

test('a link is answered in the language of its subscriber, also after its end', async () => {
  await submit('/subscribe', { ...ada, locale: 'hi' })
  const { confirm, manage } = await tokens()
  w.clock.advance(3 * DAY)
  const ended = { kind: 'link_expired', locale: 'hi' }
  expect((await visit(`/subscriptions/confirm?token=${confirm}`)).result).toEqual(ended)
  const refused = await submit(`/subscriptions/manage?token=${manage}`, { action: 'rotate' })
  expect(refused.result).toMatchObject({
    kind: 'refused',
    locale: 'hi',
    say: { key: 'refusal.no_secret' },
  })
  const forged = await visit(`/subscriptions/confirm?token=${manage}`)
  expect(forged.result).toEqual({ kind: 'link_expired' })
})

test('opening any link changes nothing, for people and for scanners', async () => {
  await submit('/subscribe', ada)
  const { confirm, manage, unsubscribe } = await tokens()
  const before = await facts()
  for (const method of ['GET', 'HEAD']) {
    await visit(`/subscriptions/confirm?token=${confirm}`, method)
    await visit(`/subscriptions/manage?token=${manage}`, method)
    await visit(`/unsubscribe?token=${unsubscribe}`, method)
  }
  expect(await facts()).toBe(before)
})

test('the confirm link shows a button, the button confirms, and again', async () => {
  await submit('/subscribe', ada)
  const path = `/subscriptions/confirm?token=${(await tokens()).confirm}`
  expect((await visit(path)).result).toEqual({
    kind: 'confirm',
    token: (await tokens()).confirm,
    locale: 'en',
  })
  expect((await submit(path, {})).result).toMatchObject({ kind: 'confirmed', already: false })
  expect(await state()).toBe('active')
  expect((await submit(path, {})).result).toMatchObject({ kind: 'confirmed', already: true })
  expect((await visit(path)).result).toMatchObject({ kind: 'confirmed', already: true })
})

test('the manage link shows the page of its subscriber and saves the choice', async () => {
  await submit('/subscribe', ada)
  const path = `/subscriptions/manage?token=${(await tokens()).manage}`
  expect(await visit(path)).toMatchObject({ status: 200, path })
  const saved = await submit(path, [
    ['groups', shop.group],
    ['components', shop.search],
    ['events', 'incident'],
    ['min_impact', 'major'],
    ['action', 'save'],
  ])
  expect(saved).toMatchObject({ status: 200, path, result: { kind: 'saved' } })
  expect((await theSubscriber(w.deps)).preferences).toMatchObject({
    components: [shop.search],
    groups: [shop.group],
    events: ['incident'],
    min_impact: 'major',
  })
})

test('choosing no kind of message is refused on the manage page', async () => {
  await submit('/subscribe', ada)
  const path = `/subscriptions/manage?token=${(await tokens()).manage}`
  const refused = await submit(path, { action: 'save', min_impact: 'none' })
  expect(refused).toMatchObject({ status: 422, path, result: { kind: 'refused' } })
  expect(refused.result.fields).toMatchObject([{ path: 'events' }])
})

test('the manage page has a button to leave', async () => {
  await submit('/subscribe', ada)
  const path = `/subscriptions/manage?token=${(await tokens()).manage}`
  const left = await submit(path, { action: 'unsubscribe' })
  expect(left).toMatchObject({ path: '/subscriptions/result', result: { kind: 'unsubscribed' } })
  expect(await state()).toBe('unsubscribed')
})

test('a person unsubscribes with a button', async () => {
  await submit('/subscribe', ada)
  const { unsubscribe: token } = await tokens()
  const path = `/unsubscribe?token=${token}`
  expect((await visit(path)).result).toEqual({ kind: 'unsubscribe', token, locale: 'en' })
  expect((await submit(path, {})).result).toMatchObject({ kind: 'unsubscribed' })
  expect(await state()).toBe('unsubscribed')
  expect((await visit(path)).result).toMatchObject({ kind: 'unsubscribed' })
  expect((await submit(path, {})).result).toMatchObject({ kind: 'unsubscribed' })
})

const oneClick = { 'List-Unsubscribe': 'One-Click' }
const multipart = () => {
  const form = new FormData()
  form.set('List-Unsubscribe', 'One-Click')
  return form
}

test.each(
  channels.flatMap((channel): [Channel, string, () => BodyInit][] => [
    [channel, 'a form', () => new URLSearchParams(oneClick)],
    [channel, 'multipart', multipart],
  ]),
)('one click ends a subscription by %s, sent as %s', async (channel, _, body) => {
  await submit('/subscribe', signUp(channel))
  const url = `http://status.example/unsubscribe?token=${(await tokens()).unsubscribe}`
  for (let i = 0; i < 2; i++) {
    const answer = await app.fetch(new Request(url, { method: 'POST', body: body() }))
    expect({ status: answer.status, text: await answer.text() }).toEqual({ status: 200, text: '' })
  }
  expect(await state()).toBe('unsubscribed')
})

test('a link is answered in the language of whom it was sent to', async () => {
  await submit('/subscribe', ada)
  await w.deps.db.update(subscribers).set({ locale: 'fr' })
  const { confirm, manage, unsubscribe } = await tokens()
  const asked = [
    await visit(`/subscriptions/confirm?token=${confirm}`),
    await submit(`/subscriptions/confirm?token=${confirm}`, {}),
    await visit(`/subscriptions/confirm?token=${confirm}`),
    await submit(`/subscriptions/manage?token=${manage}`, { action: 'forget' }),
    await visit(`/unsubscribe?token=${unsubscribe}`),
    await submit(`/unsubscribe?token=${unsubscribe}`, {}),
  ]
  expect(asked.map(({ result }) => result.locale)).toEqual(asked.map(() => 'fr'))
})

test('links that are wrong or old say so', async () => {
  await submit('/subscribe', ada)
  const { confirm } = await tokens()
  const wrong = ['', '?token=', '?token=v1.a.b.c', `?token=${confirm.slice(0, -1)}_`]
  for (const query of wrong) {
    for (const path of ['/subscriptions/confirm', '/subscriptions/manage', '/unsubscribe']) {
      const expired = {
        status: 404,
        path: '/subscriptions/result',
        result: { kind: 'link_expired' },
      }
      expect(await visit(path + query)).toMatchObject(expired)
      expect(await submit(path + query, {})).toMatchObject(expired)
    }
  }
  const oneClick = await submit('/unsubscribe?token=x', { 'List-Unsubscribe': 'One-Click' })
  expect(oneClick.status).toBe(404)
  expect(await state()).toBe('pending')
})
