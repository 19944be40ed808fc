import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { codeOf } from '../../../api/actions/subscribers/links.ts'
import { createKey } from '../../../api/actions/access/keys.ts'
import { suppress } from '../../../api/actions/subscribers/suppressions.ts'
import { HOUR, MINUTE } from '../../../api/domain/time.ts'
import type { Scope } from '../../../api/domain/words.ts'
import { auditLog, subscribers } from '../../../db/schema.ts'
import { shop } from '../../support/shop.ts'
import { letters, subscribingWorld, theSubscriber, tokensOf } from '../../support/subscribing.ts'
import type { World } from '../../support/world.ts'

const number = '+4915100000001'
let w: World
let app: ReturnType<typeof createApp>

beforeEach(async () => {
  w = await subscribingWorld()
  w.deps.store = { serve: () => null } as never
  app = createApp(w.deps)
})
afterEach(() => w[Symbol.asyncDispose]())

type Sent = { status: number; headers: Headers; text: string; json: any }

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  clientIp?: string,
): Promise<Sent> {
  const answer = await app.fetch(
    new Request(`http://status.example${path}`, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
    { clientIp },
  )
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: text && JSON.parse(text) }
}

const post = (body: object, clientIp?: string) =>
  send('POST', '/api/subscribers', body, {}, clientIp)
const ada = { channel: 'email', address: 'ada@example.com' }

test('new, pending, active and suppressed addresses are answered the same', async () => {
  const answers = [await post(ada), await post(ada)]
  await w.deps.db.update(subscribers).set({ state: 'active' })
  answers.push(await post(ada), await post(ada))
  await w.deps.db.update(subscribers).set({ state: 'unsubscribed' })
  answers.push(await post(ada))
  const addressHash = await w.deps.secrets.hashAddress('email', ada.address)
  await w.deps.db.write(suppress(w.deps, { channel: 'email', addressHash }, 'complaint', ''))
  answers.push(await post(ada))
  for (const { status, text, headers } of answers) {
    expect({ status, text }).toEqual({
      status: 202,
      text: '{"status":"accepted","next":"check_inbox"}',
    })
    expect([...headers.keys()].toSorted()).toEqual([...answers[0]!.headers.keys()].toSorted())
  }
})

test('every choice of the API is taken over', async () => {
  const { status } = await post({
    ...ada,
    components: ['search', shop.group],
    min_impact: 'critical',
    events: ['incident', 'maintenance'],
    locale: 'en',
    time_zone: 'Asia/Tokyo',
  })
  expect(status).toBe(202)
  expect(await theSubscriber(w.deps)).toMatchObject({
    preferences: {
      components: [shop.search],
      groups: [shop.group],
      events: ['incident', 'maintenance'],
      min_impact: 'critical',
    },
    timeZone: 'Asia/Tokyo',
    consent: { source: 'api', ip_hash: null },
  })
})

test('a number is confirmed by its code', async () => {
  const asked = await post({ channel: 'sms', address: '+49 151 00000001' })
  expect(asked.json).toEqual({ status: 'accepted', next: 'enter_code' })
  const code = await codeOf(w.deps, await theSubscriber(w.deps))
  const wrong = await send('POST', '/api/subscribers/verify', {
    address: number,
    code: code === '000000' ? '000001' : '000000',
  })
  expect(wrong.status).toBe(422)
  expect(wrong.json.errors).toEqual([{ path: 'code', message: 'is wrong or has expired' }])
  const right = await send('POST', '/api/subscribers/verify', { address: number, code })
  expect(right.status).toBe(200)
  expect(right.json).toMatchObject({ status: 'active', already: false })
  expect(right.json.manage_url).toMatch(
    /^http:\/\/status\.example\/subscriptions\/manage\?token=v1\./,
  )
})

test.each([
  ['no channel', { address: 'ada@example.com' }, 'channel'],
  ['an unknown channel', { ...ada, channel: 'fax' }, 'channel'],
  ['no address', { channel: 'email' }, 'address'],
  ['a wrong address', { ...ada, address: 'ada' }, 'address'],
  [
    'a line break in the address',
    { ...ada, address: 'a@example.com\r\nBcc: b@example.com' },
    'address',
  ],
  ['an address beyond all measure', { ...ada, address: 'a'.repeat(1000) }, 'address'],
  ['an unknown component', { ...ada, components: ['nope'] }, 'components.0'],
  ['an unknown event', { ...ada, events: ['party'] }, 'events.0'],
  ['no event', { ...ada, events: [] }, 'events'],
  ['an unknown impact', { ...ada, min_impact: 'huge' }, 'min_impact'],
  ['an unknown time zone', { ...ada, time_zone: 'Mars/Olympus' }, 'time_zone'],
  ['a strange locale', { ...ada, locale: '<en>' }, 'locale'],
  ['a misspelt field', { ...ada, component: ['search'] }, 'component'],
])('%s is refused with the path of the field', async (_, body, path) => {
  const { status, json, headers } = await post(body)
  expect(status).toBe(422)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(json).toMatchObject({ code: 'invalid', errors: [{ path }] })
  expect(await w.deps.db.select().from(subscribers)).toEqual([])
})

test('a body that is no JSON is refused', async () => {
  for (const type of ['application/json', 'text/plain']) {
    const answer = await app.fetch(
      new Request('http://status.example/api/subscribers', {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{',
      }),
    )
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  }
})

const from = (i: number, ip: string) => post({ ...ada, address: `p${i}@example.com` }, ip)

test('one network cannot subscribe the world', async () => {
  for (let i = 0; i < 20; i++) expect((await from(i, `203.0.113.${i}`)).status).toBe(202)
  const refused = await from(20, '203.0.113.200')
  expect(refused.status).toBe(429)
  expect(refused.json.code).toBe('too_many')
  expect(refused.headers.get('retry-after')).toBe('600')
  expect((await from(21, '198.51.100.1')).status).toBe(202)
  w.clock.advance(HOUR)
  expect((await from(22, '203.0.113.7')).status).toBe(202)
})

const wrong = () => post({ ...ada, address: 'ada' }, '203.0.113.7')

test('one network cannot ask without end, whatever it asks', async () => {
  for (let i = 0; i < 30; i++) expect((await wrong()).status).toBe(422)
  const refused = await wrong()
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('6')
  w.clock.advance(MINUTE / 10)
  expect((await wrong()).status).toBe(422)
  expect((await wrong()).status).toBe(429)
})

test('the subscribe page knows what can be chosen', async () => {
  const { status, json } = await send('GET', '/api/pages/subscribe')
  expect(status).toBe(200)
  expect(json.page).toMatchObject({ name: 'Corner Shop', channels: ['email', 'sms'] })
  expect(json.groups.map((group: { name: string }) => group.name)).toEqual([null, 'Shop'])
})

test('the manage page is for holders of its link', async () => {
  await post(ada)
  const { manage, unsubscribe } = await tokensOf(w.deps, await theSubscriber(w.deps))
  const found = await send('GET', `/api/pages/manage?token=${manage}`)
  expect(found.json.subscriber).toMatchObject({ address: 'a•••@example.com', state: 'pending' })
  expect(found.headers.get('cache-control')).toBe('no-store')
  for (const token of [unsubscribe, 'v1.x', ''])
    expect((await send('GET', `/api/pages/manage?token=${token}`)).status).toBe(404)
})

async function key(...scopes: Scope[]) {
  const actor = { id: 'tests', requestId: null }
  const { token, id } = await createKey(w.deps, actor, { name: 'tests', scopes })
  return { id, headers: { authorization: `Bearer ${token}` } }
}

test('operators list, export and erase subscribers', async () => {
  await post(ada)
  const { id } = await theSubscriber(w.deps)
  const reader = await key('subscribers:read')
  const writer = await key('subscribers:write')
  const list = await send('GET', '/api/admin/subscribers?search=ada', undefined, reader.headers)
  expect(list.json).toMatchObject({ total: 1, subscribers: [{ id, address: 'ada@example.com' }] })
  const path = `/api/admin/subscribers/${id}`
  const exported = await send('GET', `${path}/export`, undefined, reader.headers)
  expect(exported.json).toMatchObject({
    subscriber: { id },
    deliveries: [{ kind: 'confirmation' }],
  })
  expect((await send('DELETE', path, undefined, reader.headers)).status).toBe(403)
  expect((await send('DELETE', path, undefined, writer.headers)).status).toBe(204)
  expect((await theSubscriber(w.deps)).address).toBeNull()
  const erased = (await w.deps.db.select().from(auditLog)).find(
    ({ action }) => action === 'subscriber.erased',
  )
  expect(erased).toMatchObject({ actor: writer.id, object: `subscriber:${id}` })
  const nobody = '/api/admin/subscribers/nobody000000'
  expect((await send('DELETE', nobody, undefined, writer.headers)).status).toBe(404)
  expect(await letters(w.deps)).toHaveLength(1)
})

test.each([
  ['GET', '/api/admin/subscribers'],
  ['GET', '/api/admin/subscribers/abcdefghijkl/export'],
  ['DELETE', '/api/admin/subscribers/abcdefghijkl'],
])('%s %s needs a key with its scope', async (method, path) => {
  expect((await send(method, path)).status).toBe(401)
  const { headers } = await key('read', 'incidents:write')
  expect((await send(method, path, undefined, headers)).status).toBe(403)
})

test('a strange query of an operator is refused', async () => {
  const { headers } = await key('subscribers:read')
  for (const query of ['page=0', 'page=x', 'state=happy'])
    expect((await send('GET', `/api/admin/subscribers?${query}`, undefined, headers)).status).toBe(
      422,
    )
})

test('operators see one subscriber, ask them again, and only within their scopes', async () => {
  await post(ada)
  const { id } = await theSubscriber(w.deps)
  const reader = await key('subscribers:read')
  const writer = await key('subscribers:write')
  const path = `/api/admin/subscribers/${id}`
  const seen = await send('GET', path, undefined, reader.headers)
  expect(seen.json).toMatchObject({
    id,
    deliveries: [{ kind: 'confirmation' }],
    deliveries_total: 1,
  })
  expect((await send('POST', `${path}/ask-again`, undefined, reader.headers)).status).toBe(403)
  expect((await send('POST', `${path}/ask-again`, undefined, writer.headers)).status).toBe(429)
  w.clock.advance(10 * MINUTE)
  const asked = await send('POST', `${path}/ask-again`, undefined, writer.headers)
  expect(asked.status).toBe(202)
  expect(asked.json).toMatchObject({ id, state: 'pending', deliveries_total: 2 })
  await w.deps.db.update(subscribers).set({ state: 'active', confirmedAt: w.clock.now() })
  expect((await send('POST', `${path}/ask-again`, undefined, writer.headers)).status).toBe(409)
})

describe('a list of subscribers', () => {
  const list = 'channel,address,note\nemail,ada@example.com,x\nemail,nobody,x\n'

  async function upload(
    query: string,
    body: BodyInit = list,
    headers: Record<string, string> = {},
  ) {
    const { headers: authorised } = await key('subscribers:write')
    const answer = await app.fetch(
      new Request(`http://status.example/api/admin/subscribers/import${query}`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', ...authorised, ...headers },
        body,
      }),
    )
    const text = await answer.text()
    return { status: answer.status, json: JSON.parse(text) }
  }

  test('is taken in by line, and the import can be looked up', async () => {
    const { status, json } = await upload('?confirmed=true')
    expect(status).toBe(200)
    expect(json).toMatchObject({
      imported: 1,
      unchanged: 0,
      refused: [{ line: 3, reason: 'address: is no email address' }],
      ignored_columns: ['note'],
    })
    const { headers } = await key('subscribers:read')
    const found = await send('GET', `/api/admin/imports/${json.id}`, undefined, headers)
    expect(found.json).toMatchObject({ id: json.id, state: 'done', total: 2, imported: 1 })
    expect(await theSubscriber(w.deps)).toMatchObject({ state: 'active' })
  })

  test('asks each to confirm where nothing else is said, and changes nothing in a dry run', async () => {
    expect((await upload('?dry_run=true')).json).toMatchObject({ imported: 1, dry_run: true })
    expect(await w.deps.db.select().from(subscribers)).toEqual([])
    await upload('')
    expect(await theSubscriber(w.deps)).toMatchObject({ state: 'pending' })
  })

  test('is taken in once under one Idempotency-Key, and not with other wishes', async () => {
    const { headers } = await key('subscribers:write')
    const keyed = { 'idempotency-key': 'k1', ...headers }
    const first = await upload('?confirmed=true', list, keyed)
    expect((await upload('?confirmed=true', list, keyed)).json).toEqual(first.json)
    expect((await upload('', list, keyed)).status).toBe(409)
    expect((await upload('?confirmed=true', `${list}email,eve@example.com,`, keyed)).status).toBe(
      409,
    )
  })

  test.each([
    ['of another type', '', 'application/json', 422, 'send the list as text/csv'],
    ['with a strange wish', '?confirmed=perhaps', 'text/csv', 422, 'confirmed'],
  ])('%s is refused', async (_, query, type, status, why) => {
    const answer = await upload(query, list, { 'content-type': type })
    expect(answer.status).toBe(status)
    expect(answer.json.detail).toContain(why)
  })

  test('may have 16 MB, where other requests have one', async () => {
    const large = `channel,address\n${'\n'.repeat(2 * 1024 * 1024)}email,ada@example.com\n`
    expect((await upload('?confirmed=true', large)).json).toMatchObject({ imported: 1 })
    const { status, json } = await upload('', 'x'.repeat(16 * 1024 * 1024 + 1))
    expect(status).toBe(413)
    expect(json.code).toBe('too_large')
    expect((await send('POST', '/api/subscribers', 'x'.repeat(1024 * 1024))).status).toBe(413)
  })

  test('goes out as a file to whoever may read it', async () => {
    await upload('?confirmed=true')
    const { headers } = await key('subscribers:read')
    const answer = await app.fetch(
      new Request('http://status.example/api/admin/subscribers/export.csv?state=active', {
        headers,
      }),
    )
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="subscribers-2026-11-21.csv"',
    )
    expect(await answer.text()).toContain('\r\nemail,ada@example.com,')
    const strange = '/api/admin/subscribers/export.csv?state=erased'
    expect((await send('GET', strange, undefined, headers)).status).toBe(422)
  })

  test.each([
    ['POST', '/api/admin/subscribers/import'],
    ['GET', '/api/admin/subscribers/export.csv'],
    ['GET', '/api/admin/imports/abcdefghijkl'],
    ['POST', '/api/admin/subscribers/abcdefghijkl/ask-again'],
  ])('%s %s needs a key with its scope', async (method, path) => {
    const csv = { 'content-type': 'text/csv' }
    expect((await send(method, path, undefined, csv)).status).toBe(401)
    const { headers } = await key('read', 'incidents:write')
    expect((await send(method, path, undefined, { ...headers, ...csv })).status).toBe(403)
  })
})
