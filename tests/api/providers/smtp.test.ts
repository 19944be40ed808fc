import { createServer, type AddressInfo } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Outcome } from '../../../api/domain/delivery.ts'
import type { Message } from '../../../api/providers/provider.ts'
import { smtp, type Smtp } from '../../../api/providers/smtp.ts'
import { until } from '../../support/listen.ts'
import { mailServer, rudeServer, type MailServer, type Manners } from '../../support/mail-server.ts'

const message: Message = {
  delivery: 7,
  id: 'announcement',
  to: 'ada@example.com',
  subject: '[Café Müller] Kasse ist langsam – 遅い',
  html: '<p>Wir schauen nach. <a href="https://status.example/incidents/1">Mehr</a></p>',
  text: 'Wir schauen nach.\n\nMehr: https://status.example/incidents/1\n.\nGrüße',
  headers: {
    'Auto-Submitted': 'auto-generated',
    References: '<incident-1@status.example>',
    'In-Reply-To': '<incident-1@status.example>',
    'List-Id': '<updates.status.example>',
    'List-Unsubscribe': `<https://status.example/unsubscribe?token=v1.${'x'.repeat(120)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  },
  secrets: [],
  valid_for_s: 3600,
}

const from = 'Café Müller, Status <status@shop.example>'
let made: Smtp[] = []

function provider(url: string): Smtp {
  const one = smtp({ url, from })
  made.push(one)
  return one
}

function send(
  url: string,
  { change = {}, within = 5_000 }: { change?: Partial<Message>; within?: number } = {},
): Promise<Outcome> {
  return provider(url).send([{ ...message, ...change }], 'key', AbortSignal.timeout(within))
}

afterEach(() => {
  for (const one of made) one.close()
  made = []
})

const as = (url: string, who: string) => url.replace('//', `//${who}@`)

const bounced = { kind: 'answered', results: [{ kind: 'refused', suppress: 'bounce' }] }
const unsuppressed = { kind: 'answered', results: [{ kind: 'refused', suppress: undefined }] }
const accepted = {
  kind: 'answered',
  results: [{ kind: 'accepted', provider_id: '<announcement.7@shop.example>' }],
}

describe('a mail arrives', () => {
  let server: MailServer
  beforeAll(async () => void (server = await mailServer()))
  beforeEach(() => void server.arrived.splice(0))
  afterAll(() => server.close())

  test('with both its parts, its headers and its sender as they were', async () => {
    expect(await send(server.url)).toEqual(accepted)
    const [{ mail, raw, ...envelope } = expect.fail()] = server.arrived
    expect(envelope).toEqual({ from: 'status@shop.example', to: ['ada@example.com'] })
    expect(mail.from).toEqual({ name: 'Café Müller, Status', address: 'status@shop.example' })
    expect(mail.to).toEqual([{ name: '', address: 'ada@example.com' }])
    expect(mail.subject).toBe(message.subject)
    expect(mail.text?.trim()).toBe(message.text)
    expect(mail.html?.trim()).toBe(message.html)
    expect(mail.messageId).toBe('<announcement.7@shop.example>')
    const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]))
    for (const [name, value] of Object.entries(message.headers))
      expect([name, headers[name.toLowerCase()]]).toEqual([name, value])
    expect(headers['content-type']).toMatch(/^multipart\/alternative/)
    expect(headers).not.toHaveProperty('x-mailer')
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThan(998)
  })

  test('once each, over connections that are kept', async () => {
    const one = provider(server.url)
    for (let delivery = 1; delivery <= 5; delivery++)
      await one.send([{ ...message, delivery }], 'key', AbortSignal.timeout(5_000))
    const ids = server.arrived.map(({ mail }) => mail.messageId)
    expect(ids).toEqual([1, 2, 3, 4, 5].map((n) => `<announcement.${n}@shop.example>`))
    expect(server.connections()).toBe(1)
    one.close()
    await until(() => server.connections() === 0)
  })

  test('many at once, each to its own receiver', async () => {
    const one = provider(server.url)
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, delivery) =>
        one.send(
          [{ ...message, delivery, to: `person${delivery}@example.com` }],
          'key',
          AbortSignal.timeout(5_000),
        ),
      ),
    )
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(40).fill('answered'))
    expect(new Set(server.arrived.flatMap(({ to }) => to)).size).toBe(40)
    expect(server.arrived).toHaveLength(40)
    expect(server.connections()).toBeLessThanOrEqual(5)
  })

  test('without a signal that has ended already', async () => {
    const outcome = await provider(server.url).send([message], 'key', AbortSignal.abort())
    expect(outcome).toMatchObject({ kind: 'deferred', code: 'timeout' })
    expect(server.arrived).toEqual([])
  })

  test.each([
    ['with a line break', 'ada@example.com\r\nRCPT TO:<eve@example.com>'],
    ['with brackets', 'ada@example.com> <eve@example.com'],
    ['that is empty', ''],
  ])('never at an address %s', async (_, to) => {
    expect(await send(server.url, { change: { to } })).toMatchObject({
      kind: 'answered',
      results: [{ kind: 'refused', suppress: 'invalid' }],
    })
    expect(server.arrived).toEqual([])
  })

  test('with a header that a stranger has a hand in, and no further one', async () => {
    const subject = 'Hello\r\nBcc: eve@example.com'
    expect(await send(server.url, { change: { subject } })).toEqual(accepted)
    const [{ mail, to } = expect.fail()] = server.arrived
    expect(to).toEqual(['ada@example.com'])
    expect(mail.bcc).toBeUndefined()
  })

  test('and a callback is nothing that SMTP knows', async () => {
    const callback = { url: 'https://status.example/hooks', headers: new Headers(), body: '{}' }
    expect(await provider(server.url).receive(callback, Date.now())).toBeNull()
  })
})

describe('what each answer means', () => {
  const table: [sentence: string, manners: Manners, outcome: object][] = [
    ['a greeting with 421', { greeting: '421 too busy' }, { kind: 'closed', code: '421' }],
    [
      'a greeting with 554',
      { greeting: '554 no service for you' },
      { kind: 'closed', code: '554' },
    ],
    ['a greeting of another protocol', { greeting: 'HTTP/1.1 400' }, { kind: 'closed' }],
    ['a 421 after the greeting', { EHLO: '421 4.3.2 going down' }, { kind: 'closed' }],
    ['greylisting', { RCPT: '451 4.7.1 try later' }, { kind: 'deferred', code: '4.7.1' }],
    ['a busy mailbox', { RCPT: '450 busy' }, { kind: 'deferred', code: '450', reason: '450 busy' }],
    ['a full disk', { RCPT: '452 4.2.2 over quota' }, { kind: 'deferred', code: '4.2.2' }],
    ['a 4xx to the sender', { MAIL: '451 4.3.0 later' }, { kind: 'deferred' }],
    ['a 4xx to DATA', { DATA: '451 4.3.0 later' }, { kind: 'deferred' }],
    ['a 4xx to the mail itself', { end: '451 4.7.0 scanning' }, { kind: 'deferred' }],
    ['a 421 in the middle', { RCPT: '421 4.3.2 going down' }, { kind: 'deferred' }],
    ['a 421 to the mail itself', { end: '421 4.3.2 going down' }, { kind: 'deferred' }],
    ['a session out of step', { RCPT: '503 5.5.1 bad sequence' }, { kind: 'deferred' }],
    ['an unknown mailbox', { RCPT: '550 5.1.1 no such user' }, bounced],
    ['an unknown mailbox, plainly', { RCPT: '550 who?' }, bounced],
    ['a user who is not local', { RCPT: '551 not here' }, bounced],
    ['a name that is none', { RCPT: '553 5.1.3 bad address' }, bounced],
    ['a domain without mail', { RCPT: '556 5.1.10 null MX' }, bounced],
    ['a disabled mailbox', { RCPT: '550 5.2.1 disabled' }, bounced],
    ['a policy', { RCPT: '550 5.7.1 we do not like you' }, unsuppressed],
    ['a full mailbox', { RCPT: '552 5.2.2 mailbox full' }, unsuppressed],
    ['a full mailbox with 550', { RCPT: '550 5.2.2 mailbox full' }, unsuppressed],
    ['a fault of the sender’s address', { RCPT: '550 5.1.8 bad sender' }, unsuppressed],
    ['a 554 to the receiver', { RCPT: '554 5.7.1 relay access denied' }, unsuppressed],
    ['a 5xx to DATA', { DATA: '554 5.5.1 no' }, unsuppressed],
    ['a mail that looks like spam', { end: '554 5.7.1 spam' }, unsuppressed],
    ['a 550 to the mail itself', { end: '550 5.6.0 malformed' }, unsuppressed],
    ['a sender whom the server refuses', { MAIL: '553 5.7.1 not yours' }, { kind: 'closed' }],
    ['a mail that is too large', { MAIL: '552 5.3.4 too big' }, unsuppressed],
    ['a server that wants a login', { MAIL: '530 5.7.0 log in first' }, { kind: 'closed' }],
    ['a login wanted for this receiver', { RCPT: '530 5.7.1 log in' }, { kind: 'closed' }],
    ['an answer that is none, to the receiver', { RCPT: 'certainly!' }, { kind: 'deferred' }],
    ['an answer that is none, to the mail', { end: 'certainly!' }, { kind: 'uncertain' }],
    ['several lines', { RCPT: '451-4.7.1 not\r\n451 4.7.1 now' }, { kind: 'deferred' }],
  ]

  test.each(table)('%s', async (_sentence, manners, outcome) => {
    const server = await rudeServer(manners)
    expect(await send(server.url)).toMatchObject(outcome)
    for (const one of made) one.close()
    await until(() => server.connections() === 0)
    await server.close()
  })

  test('a refused mail does not spoil the next one', async () => {
    const refusing = await mailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(
          address.startsWith('nobody')
            ? Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 })
            : null,
        ),
    })
    const one = provider(refusing.url)
    const to = (address: string) =>
      one.send([{ ...message, to: address }], 'key', AbortSignal.timeout(5_000))
    expect(await to('nobody@example.com')).toMatchObject(bounced)
    expect(await to('ada@example.com')).toEqual(accepted)
    expect(refusing.arrived).toHaveLength(1)
    expect(refusing.connections()).toBeLessThanOrEqual(2)
    await refusing.close()
  })
})

describe('a connection that ends', () => {
  const long = { html: `<p>${'very '.repeat(400_000)}</p>` }
  const table: [sentence: string, manners: Manners, kind: Outcome['kind'], Partial<Message>][] = [
    ['before the greeting', { greeting: 'cut' }, 'closed', {}],
    ['after the greeting', { EHLO: 'cut' }, 'closed', {}],
    ['at the sender', { MAIL: 'cut' }, 'deferred', {}],
    ['at the receiver', { RCPT: 'cut' }, 'deferred', {}],
    ['at DATA', { DATA: 'cut' }, 'deferred', {}],
    ['in the middle of the mail', { middle: 'cut' }, 'deferred', long],
    ['after the end of the mail', { end: 'cut' }, 'uncertain', {}],
    ['after the end of a long mail', { end: 'cut' }, 'uncertain', long],
  ]

  test.each(table)('%s', async (_sentence, manners, kind, change) => {
    const server = await rudeServer(manners)
    expect(await send(server.url, { change })).toMatchObject({ kind })
    await until(() => server.connections() === 0)
    await server.close()
  })

  test('while it was idle costs the next mail a step back at most', async () => {
    const server = await mailServer({ socketTimeout: 300 })
    const one = provider(server.url)
    const next = () => one.send([message], 'key', AbortSignal.timeout(5_000))
    expect(await next()).toEqual(accepted)
    await until(() => server.connections() === 0)
    const outcome = await next()
    if (outcome.kind === 'deferred') expect(await next()).toEqual(accepted)
    else expect(outcome).toEqual(accepted)
    expect(server.arrived).toHaveLength(2)
    await server.close()
  })
})

describe('a slow server', () => {
  const table: [sentence: string, manners: Manners, kind: Outcome['kind'], Partial<Message>][] = [
    ['at the greeting', { greeting: 'silence' }, 'deferred', {}],
    ['at the receiver', { RCPT: 'silence' }, 'deferred', {}],
    ['at DATA', { DATA: 'silence' }, 'deferred', {}],
    ['after the end of the mail', { end: 'silence' }, 'uncertain', {}],
  ]

  test.each(table)('%s is left when the signal ends', async (_sentence, manners, kind, change) => {
    const server = await rudeServer(manners)
    const outcome = await send(server.url, { within: 60, change })
    expect(outcome).toMatchObject({ kind, code: 'timeout' })
    await until(() => server.connections() === 0)
    await server.close()
  })

  test('that does not greet in time is closed for all', async () => {
    const server = await rudeServer({ greeting: 'silence' })
    const outcome = await send(`${server.url}?connectionTimeout=40`)
    expect(outcome).toMatchObject({ kind: 'closed', code: 'ETIMEDOUT' })
    await until(() => server.connections() === 0)
    await server.close()
  })

  test('holds up no other mail', async () => {
    const server = await mailServer({
      onRcptTo({ address }, _session, done) {
        if (!address.startsWith('slow')) done()
      },
    })
    const one = provider(server.url)
    const stopping = new AbortController()
    const slow = one.send([{ ...message, to: 'slow@example.com' }], 'key', stopping.signal)
    for (let delivery = 1; delivery <= 3; delivery++)
      await one.send([{ ...message, delivery }], 'key', AbortSignal.timeout(5_000))
    expect(server.arrived).toHaveLength(3)
    stopping.abort()
    expect(await slow).toMatchObject({ kind: 'deferred' })
    await server.close()
  })
})

describe('a server that cannot be reached', () => {
  test('because nobody listens', async () => {
    const gone = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => gone.once('listening', resolve))
    const { port } = gone.address() as AddressInfo
    await new Promise((resolve) => gone.close(resolve))
    const outcome = await send(`smtp://127.0.0.1:${port}`)
    expect(outcome).toMatchObject({ kind: 'closed' })
    expect(outcome).toHaveProperty('reason', expect.stringContaining('ECONNREFUSED'))
  })

  test('because its name does not exist', async () => {
    expect(await send('smtp://mail.invalid')).toMatchObject({ kind: 'closed', code: 'EDNS' })
  })
})

describe('a secured connection', () => {
  const login: SMTPServerOptions = {
    authOptional: false,
    disabledCommands: [],
    onAuth(auth, _session, done) {
      const isKnown =
        'password' in auth && auth.password === 'p@ss word' && auth.username === 'shop'
      if (isKnown) done(null, { user: 'shop' })
      else done(new Error('who are you'))
    },
  }

  test.each([
    ['by STARTTLS', { disabledCommands: ['AUTH'] }],
    ['from the start', { secure: true }],
  ])('%s with a certificate that nobody has signed is refused', async (_, options) => {
    const server = await mailServer(options)
    expect(await send(server.url)).toMatchObject({
      kind: 'closed',
      reason: expect.stringMatching(/certificate/),
    })
    expect(server.arrived).toEqual([])
    await server.close()
  })

  test.each([
    ['by STARTTLS', {}],
    ['from the start', { secure: true }],
  ])('%s carries a login where the certificate is trusted', async (_, options) => {
    const server = await mailServer({ ...login, ...options })
    const url = `${as(server.url, 'shop:p%40ss%20word')}?tls.rejectUnauthorized=false`
    expect(await send(url)).toEqual(accepted)
    await server.close()
  })

  test('with a wrong password is closed', async () => {
    const server = await mailServer(login)
    const url = `${as(server.url, 'shop:wrong')}?tls.rejectUnauthorized=false`
    expect(await send(url)).toMatchObject({ kind: 'closed', code: '535' })
    await server.close()
  })

  test('is what a password waits for, except on the way to ourselves', async () => {
    const server = await mailServer({
      ...login,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
    })
    const here = as(server.url, 'shop:p%40ss%20word')
    expect(await send(here)).toEqual(accepted)
    const elsewhere = here.replace('127.0.0.1', '0.0.0.0')
    expect(await send(elsewhere)).toMatchObject({ kind: 'closed' })
    expect(server.arrived).toHaveLength(1)
    await server.close()
  })
})
