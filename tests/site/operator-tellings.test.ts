import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKey } from '../../api/actions/access/keys.ts'
import { expandAnnouncements } from '../../api/actions/telling/announcements.ts'
import type { Scope } from '../../api/domain/words.ts'
import { deliveries, providerGates } from '../../db/schema.ts'
import { servedWorld, type Served } from '../support/http.ts'
import { endAs, lastAnnouncement } from '../support/ledger.ts'
import { adminKey } from '../support/service.ts'
import { subscribePeople } from '../support/shop.ts'
import { openTrouble } from '../support/telling.ts'

let w: Served
let session: Record<string, string>
let id: string
let base: string

beforeAll(async () => {
  w = await servedWorld()
  session = await signIn(adminKey)
  await subscribePeople(w.deps, 60)
  await subscribePeople(w.deps, 3, 'sms')
  await openTrouble(w.deps)
  await expandAnnouncements(w.deps)
  id = (await lastAnnouncement(w.deps)).id
  base = `/operator/announcements/${id}`
  await w.deps.db.update(deliveries).set({ state: 'dead', code: 'timeout', reason: 'no <answer>' })
  await endAs(w.deps, id, [
    ['delivered'],
    ['accepted'],
    ['bounced', 'General', 'no such mailbox'],
    ['unknown', 'too_late'],
    ['pending'],
    ['held'],
    ['superseded'],
  ])
})
afterAll(() => w[Symbol.asyncDispose]())

async function signIn(key: string) {
  const answer = await w.form('/operator/sign-in', { key })
  return { cookie: answer.headers.get('set-cookie')!.split(';')[0]! }
}

async function withScopes(...scopes: Scope[]) {
  const { token } = await createKey(w.deps, { id: 'x', requestId: null }, { name: 'x', scopes })
  return signIn(token)
}

const scope = / data-astro-cid-\w+(="true")?/g

async function look(path: string, headers = session) {
  const answer = await w.api(path, { headers: { authorization: '', ...headers } })
  const html = (await answer.text()).replaceAll(scope, '')
  return { status: answer.status, headers: answer.headers, html, text: words(html) }
}

const words = (html: string) =>
  html
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&#39;', "'")

describe('the page of a telling', () => {
  test('says how far each channel is, in words that the bar repeats', async () => {
    const { html, text } = await look(base)
    expect(text).toContain('New incident: Checkout is slow')
    expect(text).toContain('2 of 59 told')
    for (const part of [
      '1 delivered',
      '1 handed over',
      '1 perhaps told',
      '54 not told',
      '1 to go',
      '1 when their quiet hours end',
      '1 left out',
      '0 of 3 told',
    ])
      expect(text).toContain(part)
    expect(html).toMatch(/<rect class="delivered" x="0%" width="1\.69\d*%"/)
  })

  test('says why, what to do, what was answered, and leads to who', async () => {
    const { html, text } = await look(base)
    expect(text).toContain('53 people by mail: no answer came.')
    expect(text).toContain('When it works again, send again.')
    expect(text).toContain('The answer was “no &lt;answer&gt;” (timeout).')
    expect(text).toContain('1 person by mail: it came back.')
    expect(html).toContain(`href="${base}?channel=email&amp;state=dead&amp;code=timeout#people"`)
    expect(text).toContain('Send again to all 56 given up')
    expect(text).toContain('If they did, they hear it twice.')
    expect(text).toContain('2 have been told. 2 have not, and won’t be.')
  })

  test('lists who it was, page by page', async () => {
    const first = await look(`${base}?channel=email&state=dead&code=timeout`)
    expect(first.text).toContain('53 subscribers')
    expect(first.html.match(/href="\/operator\/subscribers\/email/g)).toHaveLength(50)
    expect(first.html).toContain('code=timeout&amp;page=2#people"')
    const second = await look(`${base}?channel=email&state=dead&code=timeout&page=2`)
    expect(second.html.match(/href="\/operator\/subscribers\/email/g)).toHaveLength(3)
    expect((await look(`${base}?state=happy`)).status).toBe(422)
  })

  test('is not for everybody, and addresses even less', async () => {
    const reader = await withScopes('read')
    const { html, text } = await look(`${base}?channel=sms&state=dead&code=timeout`, reader)
    expect(text).toContain('This key may not see addresses.')
    expect(html).not.toContain('+49151')
    expect(html).not.toContain('method="post" action="/operator/announcements')
    const stranger = await look(base, { cookie: '' })
    expect(stranger.headers.get('location')).toBe('/operator/sign-in')
    expect((await look('/operator/announcements/nothing')).status).toBe(404)
    expect((await w.form(`${base}/replay`, {}, reader)).status).toBe(403)
  })

  test('the console names those who were given up, and leads here', async () => {
    const { html, text } = await look('/operator')
    expect(text).toContain('53 people could not be told by mail: no answer came.')
    expect(text).toContain('1 person may not have been told by mail: it may have arrived')
    expect(html).toContain(`<a href="${base}">Look</a>`)
  })

  test('a circuit that is open leads to whoever waits for it', async () => {
    const now = w.clock.now()
    const gate = {
      provider: 'resend',
      ratePerSecond: 0,
      tokens: 0,
      refilledAt: now,
      updatedAt: now,
    }
    await w.deps.db
      .insert(providerGates)
      .values({ ...gate, circuit: 'open', reason: 'bad key' })
      .onConflictDoUpdate({ target: providerGates.provider, set: { circuit: 'open' } })
    const { html } = await look('/operator')
    expect(html).toMatch(/1 message waits[^<]*<\/strong>\s*<a href="[^"]*announcements[^"]*">Look/)
    await w.deps.db.delete(providerGates)
  })

  test('sends again with one press, and says what came of it', async () => {
    const form = { channel: 'sms', state: 'dead', code: 'timeout', form_key: 'one' }
    const [first, second] = [
      await w.form(`${base}/replay`, form, session),
      await w.form(`${base}/replay`, form, session),
    ]
    expect(first!.headers.get('location')).toBe(`${base}?replayed=3`)
    expect(second!.headers.get('location')).toBe(`${base}?replayed=3`)
    await w.settled()
    expect(w.post.sandbox.texts.total).toBe(3)
    const { text } = await look(`${base}?replayed=3&suppressed=2&gone=1`)
    expect(text).toContain(
      '3 people are told again. Not told again: 1 who left, 2 to whom nothing is sent any more.',
    )
  })

  test('asks before somebody hears it twice', async () => {
    const form = { channel: 'email', state: 'unknown', code: 'too_late' }
    const careful = await w.form(`${base}/replay`, form, session)
    expect(careful.headers.get('location')).toBe(`${base}?replayed=0&perhaps_told=1`)
    const sure = await w.form(`${base}/replay`, { ...form, even_if_told: 'on' }, session)
    expect(sure.headers.get('location')).toBe(`${base}?replayed=1`)
  })

  test('stops a telling with its reason, once', async () => {
    await w.settled()
    await endAs(w.deps, id, [['pending']])
    w.clock.advance(1000)
    const stopped = await w.form(`${base}/stop`, { reason: 'wrong words' }, session)
    expect(stopped.headers.get('location')).toBe(base)
    const { html, text } = await look(base)
    expect(text).toContain('Stopped 21 Nov 2026, 13:00 CET')
    expect(html).not.toContain(`action="${base}/stop"`)
    expect(text).toContain('It was stopped. Post an update')
    const again = await w.form(`${base}/stop`, { reason: 'x' }, session)
    expect(again.status).toBe(409)
    expect(await again.text()).toContain('It is stopped already.')
  })

  test('one person is shown what the provider answered, and when', async () => {
    const { text } = await look('/operator/subscribers/email0000002')
    expect(text).toContain('Checkout is slow')
    expect(text).toContain('came back')
    expect(text).toContain('General: no such mailbox')
    const { text: again } = await look('/operator/subscribers/sms000000001')
    expect(again).toContain('sent again once')
    expect(again).toMatch(/twilio calls it (SM|MM)\w+/)
  })
})
