import { expect, test } from 'vitest'
import { administered } from '../../support/administering.ts'
import { endAs, lastAnnouncement } from '../../support/ledger.ts'
import { expandAnnouncements } from '../../../api/actions/telling/announcements.ts'
import { subscribePeople } from '../../support/shop.ts'
import { openTrouble } from '../../support/telling.ts'

async function told() {
  const on = await administered()
  await subscribePeople(on.deps, 4)
  const incident = await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const { id } = await lastAnnouncement(on.deps)
  await endAs(on.deps, id, [
    ['delivered'],
    ['dead', 'timeout', 'no answer'],
    ['suppressed'],
    ['unknown', 'too_late'],
  ])
  return Object.assign(on, { incident, id })
}

test('a telling says how far it is, and why some were not told', async () => {
  await using on = await told()
  const list = await on.send('GET', `announcements?incident_id=${on.incident}`)
  expect(list.json.announcements).toMatchObject([
    { id: on.id, total: 4, told: 1, done: true, channels: [{ channel: 'email', failed: 2 }] },
  ])
  const { json } = await on.send('GET', `announcements/${on.id}`)
  expect(json).toMatchObject({ id: on.id, incident_id: on.incident, kind: 'incident_opened' })
  expect(json.reasons).toHaveLength(3)
  expect((await on.send('GET', 'announcements/nothing')).status).toBe(404)
})

test('who was told is listed, to those who may know addresses', async () => {
  await using on = await told()
  const all = await on.send('GET', `deliveries?announcement_id=${on.id}&page_size=3`)
  expect(all.json).toMatchObject({ page: 1, page_size: 3, total: 4 })
  expect(all.json.deliveries).toHaveLength(3)
  const second = await on.send('GET', `deliveries?announcement_id=${on.id}&page_size=3&page=2`)
  expect(second.json.deliveries).toMatchObject([
    {
      address: 'person0@example.com',
      subscriber_id: 'email0000000',
      state: 'delivered',
      attempts: null,
      replays: 0,
      incident_name: 'Checkout is slow',
    },
  ])
  const by = async (query: string) => (await on.send('GET', `deliveries?${query}`)).json.total
  expect(await by(`announcement_id=${on.id}&state=dead`)).toBe(1)
  expect(await by(`announcement_id=${on.id}&channel=email&code=too_late`)).toBe(1)
  expect(await by(`announcement_id=${on.id}&code=&state=suppressed`)).toBe(1)
  expect(await by('subscriber_id=email0000001')).toBe(1)
  expect(await by('channel=sms')).toBe(0)
  expect((await on.send('GET', 'deliveries?state=happy')).status).toBe(422)
  const reader = await on.keyWith('read')
  expect((await on.send('GET', 'deliveries', undefined, reader)).status).toBe(403)
})

test('whoever was given up is told again, once per Idempotency-Key', async () => {
  await using on = await told()
  const path = `announcements/${on.id}/replay`
  const key = { 'idempotency-key': 'once' }
  const answer = { status: 200, json: { replayed: 1, left: [] } }
  expect(await on.send('POST', path, {}, key)).toEqual(answer)
  await on.settled()
  expect(on.post.sandbox.mails.total).toBe(1)
  expect(await on.send('POST', path, {}, key)).toEqual(answer)
  await on.settled()
  expect(on.post.sandbox.mails.total).toBe(1)
  const risky = await on.send('POST', path, { states: ['unknown'], even_if_told: true })
  expect(risky.json.replayed).toBe(1)
})

test('a telling is stopped once', async () => {
  await using on = await told()
  await endAs(on.deps, on.id, [['pending']])
  const path = `announcements/${on.id}/stop`
  const stopped = await on.send('POST', path, { reason: 'wrong words' })
  expect(stopped.status).toBe(200)
  expect(stopped.json.stopped_at).toBe('2026-11-21T12:00:00.000Z')
  expect(await on.send('POST', path)).toMatchObject({
    status: 409,
    json: { code: 'conflict', detail: 'It is stopped already.' },
  })
})

test.each<[string, string, object, string]>([
  ['a state that cannot be sent again', 'replay', { states: ['delivered'] }, 'states.0'],
  ['no state at all', 'replay', { states: [] }, 'states'],
  ['an unknown channel', 'replay', { channels: ['fax'] }, 'channels.0'],
  ['a misspelt field', 'replay', { state: ['dead'] }, 'state'],
  ['an endless reason', 'stop', { reason: 'x'.repeat(501) }, 'reason'],
])('%s is refused by its field', async (_, verb, body, path) => {
  await using on = await told()
  const { status, json } = await on.send('POST', `announcements/${on.id}/${verb}`, body)
  expect(status).toBe(422)
  expect(json.errors.map((error: { path: string }) => error.path)).toContain(path)
})

test('stopping and sending again need a key that may write incidents', async () => {
  await using on = await told()
  const reader = await on.keyWith('read', 'subscribers:write')
  for (const verb of ['stop', 'replay'])
    expect((await on.send('POST', `announcements/${on.id}/${verb}`, {}, reader)).status).toBe(403)
})
