import { svixSignature } from '../../api/sandbox/signatures.ts'
import { signedForm } from '../../api/sandbox/twilio/callbacks.ts'
import { twilioAccountSid, twilioAuthToken, webhookSecret } from '../support/sandbox.ts'
import type { Lab } from './lab.ts'

type Told = { id: string; to: string; from: string; tags?: Record<string, string> }
type Text = Told & { status_callback: string | null }

export type Forgery = {
  secret?: string
  /** Seconds since it was signed. */
  age?: number
  id?: string
  /** Another signature before the right one. */
  also?: string
  rewrite?(body: string): string
}

/** What Resend says of a mail, or somebody who would like to be Resend. */
export async function ofMail(
  { now, services }: Lab,
  mail: Told,
  type: string,
  forgery: Forgery = {},
): Promise<Request> {
  const { secret = webhookSecret, age = 0, also = '', rewrite = (body) => body } = forgery
  const body = bodyOf(mail, type)
  const id = `msg_${mail.id}_${type}`
  const at = Math.floor(now() / 1000) - age
  const signature = await svixSignature(secret, id, at, body)
  return new Request(`${services[0]!.url}/hooks/resend`, {
    method: 'POST',
    headers: {
      'svix-id': forgery.id ?? id,
      'svix-timestamp': String(at),
      'svix-signature': also + signature,
    },
    body: rewrite(body),
  })
}

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

/** What Twilio says of a text; `id` names this attempt to say it. */
export async function ofText(text: Text, status: string, id: string): Promise<Request> {
  const request = await signedForm(text.status_callback!, formOf(text, status), twilioAuthToken)
  request.headers.set('i-twilio-idempotency-token', `${text.id} ${id}`)
  return request
}

type Change = {
  change?: (form: URLSearchParams) => void
  /** The URL that it was signed for. */
  url?: string
  token?: string
}

/** The same signed for another URL or with another token, or changed after it was signed. */
export function ofTextForged(text: Text, change: Change): Promise<Request> {
  return forged(text.status_callback!, formOf(text, 'undelivered'), change)
}

/** A text that a person sends to us; `nth` tells one from another. */
export function fromPhone(
  { services }: Pick<Lab, 'services'>,
  number: string,
  keyword: 'STOP' | 'START',
  nth: number,
  change: Change = {},
): Promise<Request> {
  const form = {
    AccountSid: twilioAccountSid,
    Body: keyword,
    From: number,
    MessageSid: `SM${String(nth).padStart(32, '0')}`,
    OptOutType: keyword,
    To: '+15005550006',
  }
  return forged(`${services[0]!.url}/hooks/twilio/inbound`, form, change)
}

async function forged(
  to: string,
  fields: Record<string, string>,
  { change = () => {}, url = to, token = twilioAuthToken }: Change,
): Promise<Request> {
  const signed = await signedForm(url, fields, token)
  const form = new URLSearchParams(await signed.text())
  change(form)
  const { headers } = signed
  return new Request(to, { method: 'POST', headers, body: form })
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
