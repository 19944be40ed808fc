import { afterAll, beforeAll, expect, test } from 'vitest'
import { svixSignature } from '../../api/sandbox/signatures.ts'
import { signedForm } from '../../api/sandbox/twilio/callbacks.ts'
import { twilioAccountSid, twilioAuthToken, webhookSecret } from '../support/sandbox.ts'
import type { Service } from '../support/service.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, seeded, untilTold, type Lab } from './lab.ts'

const mailEvents = ['email.sent', 'email.delivered', 'email.bounced', 'email.complained']
const textStates = ['queued', 'sent', 'delivered', 'undelivered']
const people = 24

test(`receipts that come three times and in any order all end the same ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: people, texts: people, speed: 10 })
  const service = await lab.start()
  const early: Promise<Response>[] = []
  await lab.open(service)
  // The first receipt comes before the answer to the request that it is about.
  await lab.office.stepIn('text', 1, 'after', async () => {
    early.push(tellText(lab.sandbox.texts.all()[0]!, 'delivered', 'early'))
    await Promise.all(early)
  })
  await untilTold(service, lab.acknowledged[0]!)
  const letters = Array.from({ length: 3 * people }, (_, i) => {
    const mail = lab.sandbox.mails.all()[i % people]!
    const text = lab.sandbox.texts.all()[i % people]!
    return [
      ...mailEvents.map((type) => () => tellMail(lab, service, mail, type)),
      ...textStates.map((state) => () => tellText(text, state, state)),
    ]
  }).flat()
  const answers = await inLanes(shuffled(lab, letters), 8)
  expect(answers.filter((status) => status !== 200)).toEqual([])

  const states = await lab.look(
    'SELECT channel, state, count(*) AS n FROM deliveries GROUP BY 1, 2 ORDER BY 1',
  )
  expect(states).toEqual([
    { channel: 'email', state: 'complained', n: people },
    { channel: 'sms', state: 'undelivered', n: people },
  ])
  const silenced = await lab.look(
    'SELECT channel, reason, count(*) AS n FROM suppressions GROUP BY 1, 2 ORDER BY 1',
  )
  expect(silenced).toContainEqual({ channel: 'email', reason: 'complaint', n: people })
  await expectInvariants(context, lab)
}, 60_000)

let lab: Lab
let service: Service
let clean: unknown

beforeAll(async () => {
  lab = await openLab({ mails: 3, texts: 3, speed: 10 })
  service = await lab.start()
  await untilTold(service, await lab.open(service))
  clean = await ledger()
}, 60_000)

afterAll(() => lab?.[Symbol.asyncDispose]())

const ledger = () => lab.look('SELECT id, state FROM deliveries ORDER BY id')
const bounce = () => ({ mail: lab.sandbox.mails.all()[0]!, type: 'email.bounced' })

const forgeries: [string, () => Promise<Request>][] = [
  ['a wrong secret', () => mailHook({ secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })],
  ['a signature of five minutes ago', () => mailHook({ age: 302 })],
  ['a signature of the future', () => mailHook({ age: -302 })],
  [
    'a body that was written anew',
    () => mailHook({ rewrite: (body) => JSON.stringify(JSON.parse(body), null, 1) }),
  ],
  ['another id than was signed', () => mailHook({ id: 'msg_another' })],
  [
    'no signature at all',
    async () => new Request(`${service.url}/hooks/resend`, { method: 'POST', body: '{}' }),
  ],
  [
    'a text’s receipt with a changed field',
    () => textHook((form) => form.set('MessageStatus', 'delivered')),
  ],
  [
    'a text’s receipt with a field twice',
    () => textHook((form) => form.append('MessageStatus', 'failed')),
  ],
  ['a text’s receipt for another port', () => textHook(() => {}, 'http://127.0.0.1:1')],
]

test.each(forgeries)('%s is refused and changes nothing', async (_, forge) => {
  expect((await fetch(await forge())).status).toBe(403)
  expect(await ledger()).toEqual(clean)
})

test('one of two signatures suffices while a secret is rotated, and a replay changes nothing more', async () => {
  const request = await mailHook({ also: 'v1,bm90aGluZw== ' })
  const again = request.clone()
  expect((await fetch(request)).status).toBe(200)
  const after = await ledger()
  expect(after).not.toEqual(clean)
  expect((await fetch(again)).status).toBe(200)
  expect(await ledger()).toEqual(after)
  const silenced = await lab.look('SELECT reason FROM suppressions')
  expect(silenced).toEqual([{ reason: 'bounce' }])
})

type Forgery = {
  secret?: string
  age?: number
  id?: string
  also?: string
  rewrite?(body: string): string
}

async function mailHook(forgery: Forgery): Promise<Request> {
  const { secret = webhookSecret, age = 0, also = '', rewrite = (body) => body } = forgery
  const { mail, type } = bounce()
  const body = bodyOf(mail, type)
  const at = Math.floor(lab.now() / 1000) - age
  const signature = await svixSignature(secret, 'msg_1', at, body)
  return new Request(`${service.url}/hooks/resend`, {
    method: 'POST',
    headers: {
      'svix-id': forgery.id ?? 'msg_1',
      'svix-timestamp': String(at),
      'svix-signature': also + signature,
    },
    body: rewrite(body),
  })
}

async function textHook(change: (form: URLSearchParams) => void, signedFor?: string) {
  const text = lab.sandbox.texts.all()[0]!
  const url = text.status_callback!
  const signed = await signedForm(
    signedFor ? url.replace(service.url, signedFor) : url,
    formOf(text, 'undelivered'),
    twilioAuthToken,
  )
  const form = new URLSearchParams(await signed.text())
  change(form)
  return new Request(url, { method: 'POST', headers: signed.headers, body: form })
}

type Told = { id: string; to: string; from: string; tags?: Record<string, string> }

function bodyOf(mail: Told, type: string): string {
  return JSON.stringify({
    type,
    created_at: new Date(0).toISOString(),
    data: {
      email_id: mail.id,
      created_at: new Date(0).toISOString(),
      from: mail.from,
      to: [mail.to],
      subject: 'Checkout is down',
      tags: mail.tags,
      ...(type === 'email.bounced' && {
        bounce: { type: 'Permanent', subType: 'General', message: 'There is no such address.' },
      }),
    },
  })
}

async function tellMail({ now }: Lab, to: Service, mail: Told, type: string): Promise<Response> {
  const body = bodyOf(mail, type)
  const id = `msg_${mail.id}_${type}`
  const at = Math.floor(now() / 1000)
  return fetch(`${to.url}/hooks/resend`, {
    method: 'POST',
    headers: {
      'svix-id': id,
      'svix-timestamp': String(at),
      'svix-signature': await svixSignature(webhookSecret, id, at, body),
    },
    body,
  })
}

function formOf(text: Told, status: string): Record<string, string> {
  return {
    AccountSid: twilioAccountSid,
    From: text.from,
    MessageSid: text.id,
    MessageStatus: status,
    To: text.to,
    ...(status === 'undelivered' && { ErrorCode: '30003' }),
  }
}

async function tellText(
  text: Told & { status_callback: string | null },
  status: string,
  token: string,
) {
  const request = await signedForm(text.status_callback!, formOf(text, status), twilioAuthToken)
  request.headers.set('i-twilio-idempotency-token', `${text.id} ${token}`)
  return fetch(request)
}

function shuffled<T>({ chance }: Lab, items: T[]): T[] {
  return items
    .map((item) => ({ item, at: chance() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

async function inLanes(acts: (() => Promise<Response>)[], lanes: number): Promise<number[]> {
  const statuses: number[] = []
  const next = acts.values()
  const lane = async () => {
    for (const act of next) statuses.push((await act()).status)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return statuses
}
