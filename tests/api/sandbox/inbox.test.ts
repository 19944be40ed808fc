import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { createSandbox } from '../../../api/sandbox/sandbox.ts'
import { listen } from '../../support/listen.ts'
import {
  resendApiKey,
  sandboxOptions,
  twilioAccountSid,
  twilioAuthToken,
} from '../../support/sandbox.ts'

/** The sandbox as the service mounts it. */
function mounted() {
  const sandbox = createSandbox(sandboxOptions)
  const app = new Hono().route('/sandbox', sandbox.app)
  const text = async (path: string, init?: RequestInit) => (await app.request(path, init)).text()
  const json = async (path: string, init?: RequestInit) => (await app.request(path, init)).json()
  const form = (path: string, fields: Record<string, string>) =>
    app.request(path, { method: 'POST', body: new URLSearchParams(fields) })
  const mail = (more: object) =>
    json('/sandbox/resend/emails', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${resendApiKey}`,
        'user-agent': 'test',
        'idempotency-key': 'k1',
      },
      body: JSON.stringify({
        from: 'a@b.example',
        to: 'c@d.example',
        subject: 'Hello',
        text: 'Hi',
        ...more,
      }),
    })
  const sms = (Body: string) =>
    app.request(`/sandbox/twilio/2010-04-01/Accounts/${twilioAccountSid}/Messages.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${twilioAccountSid}:${twilioAuthToken}`)}` },
      body: new URLSearchParams({ To: '+14155550100', From: '+15005550006', Body }),
    })
  return { sandbox, app, text, json, form, mail, sms }
}

describe('the inbox', () => {
  test('is empty and says what to do', async () => {
    const { text } = mounted()
    expect(await text('/sandbox')).toContain('No mail yet.')
    expect(await text('/sandbox/phones')).toContain('No texts yet.')
  })

  test('lists a mail, and its link opens it', async () => {
    const { text, mail } = mounted()
    await mail({ html: '<p>Hi</p>' })
    const list = await text('/sandbox')
    expect(list).toContain('c@d.example')
    const [, href = ''] = /href="(\/sandbox\/mail\/[^"]+)"/.exec(list) ?? []
    expect(await text(href)).toContain('<h1>Hello</h1>')
  })

  test('finds mails by address and subject', async () => {
    const { text, mail } = mounted()
    await mail({ subject: 'The needle' })
    expect(await text('/sandbox?q=NEEDLE')).toContain('The needle')
    expect(await text('/sandbox?q=C%40D')).toContain('The needle')
    expect(await text('/sandbox?q=hay')).toContain('Nothing found.')
  })

  test('shows nothing of a mail or a text as its own markup', async () => {
    const { text, mail, sms } = mounted()
    const evil = '"><script>alert(1)</script>'
    const { id } = await mail({
      subject: evil,
      text: evil,
      html: evil,
      headers: { 'X-Evil': evil },
    })
    await sms(evil)
    for (const path of [
      '',
      `/mail/${id}`,
      `?q=${encodeURIComponent(evil)}`,
      '/phones',
      '/phones/%2B14155550100',
    ]) {
      const page = await text(`/sandbox${path}`)
      expect(page).not.toContain('<script')
      expect(page).toContain('&lt;script&gt;')
    }
  })

  test('shows a mail in a frame without scripts, whose links leave the frame', async () => {
    const { text, mail } = mounted()
    const { id } = await mail({
      html: '<!doctype html><html><head lang="en"></head><p>Hi</p></html>',
    })
    const page = await text(`/sandbox/mail/${id}`)
    expect(page).toContain(
      '&lt;head lang=&quot;en&quot;&gt;&lt;base target=&quot;_top&quot;&gt;&lt;/head&gt;',
    )
    const [, permissions] = /<iframe[^>]* sandbox="([^"]*)"/.exec(page) ?? []
    expect(permissions).not.toContain('allow-scripts')
    expect(permissions).not.toContain('allow-same-origin')
  })

  test('never runs a script', async () => {
    const response = await mounted().app.request('/sandbox')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('unsubscribes with one click as a mail client does', async () => {
    const posts: string[] = []
    const service = await listen(async (request) => {
      posts.push(`${request.method} ${new URL(request.url).search} ${await request.text()}`)
      return new Response('Unsubscribed')
    })
    const { text, form, mail } = mounted()
    const { id } = await mail({
      headers: {
        'List-Unsubscribe': `<mailto:x@y.example>, <${service.url}/unsubscribe?token=t>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    })
    expect(await text(`/sandbox/mail/${id}`)).toContain('RFC 8058')
    const response = await form(`/sandbox/mail/${id}/unsubscribe`, {})
    await service.close()
    expect(posts).toEqual(['POST ?token=t List-Unsubscribe=One-Click'])
    expect(await text(response.headers.get('location') ?? '')).toContain('answered 200')
  })

  test('offers no one-click where the mail does not', async () => {
    const { text, mail } = mounted()
    const { id } = await mail({ headers: { 'List-Unsubscribe': '<https://s.example/u>' } })
    expect(await text(`/sandbox/mail/${id}`)).not.toContain('RFC 8058')
  })

  test('turns addresses in texts into links, and nothing else', async () => {
    const { text, sms } = mounted()
    await sms('See https://s.example/u/1?a=b. Or javascript:alert(1)')
    const page = await text('/sandbox/phones/%2B14155550100')
    expect(page).toContain('<a href="https://s.example/u/1?a=b">')
    expect(page).not.toContain('href="javascript:')
  })
})

const flip = (fields: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(fields),
})

describe('faults', () => {
  test('are switched by form and count down', async () => {
    const { sandbox, text, form, json, mail } = mounted()
    await form('/sandbox/faults', {
      provider: 'resend',
      kind: 'error_before',
      mode: 'next',
      times: '2',
    })
    expect(await text('/sandbox/faults')).toContain('next 2 requests')
    expect(await mail({})).toMatchObject({ name: 'application_error' })
    expect(await json('/sandbox/faults.json')).toEqual({
      faults: [{ provider: 'resend', kind: 'error_before', times: 1 }],
    })
    await form('/sandbox/faults', { provider: 'resend', kind: 'error_before', mode: 'off' })
    expect(sandbox.faults.list()).toEqual([])
  })

  test('are switched by JSON until they are switched off', async () => {
    const { json, mail } = mounted()
    const fault = { provider: 'resend', kind: 'quota_exceeded', times: null }
    expect(await json('/sandbox/faults', flip(fault))).toEqual({ faults: [fault] })
    for (let i = 0; i < 3; i++)
      expect(await mail({})).toMatchObject({ name: 'daily_quota_exceeded' })
    expect(await json('/sandbox/faults', flip({ ...fault, times: 0 }))).toEqual({ faults: [] })
    expect(await mail({})).toHaveProperty('id')
  })

  test('stay with their provider', async () => {
    const { sandbox, mail, sms } = mounted()
    sandbox.faults.set('twilio', 'error_before', 1)
    expect(await mail({})).toHaveProperty('id')
    expect((await sms('Hi')).status).toBe(500)
  })

  test.each([
    ['an unknown provider', { provider: 'pigeon', kind: 'bounce' }, 'provider'],
    ['a fault of the other provider', { provider: 'twilio', kind: 'bounce' }, 'undelivered'],
    ['minus one', { provider: 'resend', kind: 'bounce', times: -1 }, 'times'],
    ['no object', null, 'expected object'],
  ])('%s is refused with a reason', async (_sentence, body, words) => {
    const response = await mounted().app.request('/sandbox/faults', flip(body as object))
    expect(response.status).toBe(422)
    expect(await response.text()).toContain(words)
  })
})

describe('the oracle', () => {
  test('tells every accepted message and counts them by recipient', async () => {
    const { json, mail, sms } = mounted()
    await mail({ tags: [{ name: 'd', value: '7' }], headers: { 'X-A': 'b' }, html: '<p>Hi</p>' })
    await sms('Hi')
    await sms('Hi')
    const all = await json('/sandbox/messages.json')
    expect(all).toMatchObject({
      accepted: { email: 1, sms: 2 },
      duplicates: { email: 0, sms: 1 },
      recipients: { 'c@d.example': 1, '+14155550100': 2 },
    })
    expect(all.messages[0]).toMatchObject({
      channel: 'email',
      to: 'c@d.example',
      subject: 'Hello',
      html: '<p>Hi</p>',
      text: 'Hi',
      headers: { 'X-A': 'b' },
      tags: { d: '7' },
      delivery: '7',
      idempotency_key: 'k1',
      duplicates: 0,
      states: [{ state: 'accepted', at: expect.any(Number) }],
    })
    const one = await json('/sandbox/messages.json?to=c%40d.example')
    expect(one.messages).toHaveLength(1)
  })

  test('counts all and keeps the newest 5,000 mails in full', async () => {
    const { sandbox, app } = mounted()
    const send = (i: number) =>
      app.request('/sandbox/resend/emails/batch', {
        method: 'POST',
        headers: { authorization: `Bearer ${resendApiKey}`, 'user-agent': 'test' },
        body: JSON.stringify(
          Array.from({ length: 100 }, (_, j) => ({
            from: 'a@b.example',
            to: `p${i * 100 + j}@d.example`,
            subject: 'Hello',
            text: 'Hi',
          })),
        ),
      })
    for (let i = 0; i < 65; i++) await send(i)
    expect(sandbox.mails.total).toBe(6_500)
    expect(sandbox.mails.recipients.size).toBe(6_500)
    expect(sandbox.mails.all()).toHaveLength(5_000)
    expect(sandbox.mails.all().at(-1)?.to).toBe('p6499@d.example')
  })

  test('forgets when asked', async () => {
    const { sandbox, app, json, mail } = mounted()
    await mail({})
    sandbox.faults.set('resend', 'bounce', null)
    expect((await app.request('/sandbox/messages', { method: 'DELETE' })).status).toBe(204)
    expect(await json('/sandbox/messages.json')).toMatchObject({
      accepted: { email: 0 },
      messages: [],
    })
    expect(sandbox.faults.list()).toEqual([])
  })
})

test('stopping frees whoever waits for an answer', async () => {
  const { sandbox, mail } = mounted()
  sandbox.faults.set('resend', 'hang_before', 1)
  const waiting = mail({}).catch(() => 'freed')
  sandbox.stop()
  expect(await waiting).toBe('freed')
})
