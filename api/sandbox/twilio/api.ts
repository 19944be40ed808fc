import { Hono, type Context, type MiddlewareHandler } from 'hono'
import type { Courier } from '../courier.ts'
import { disturb } from '../disturb.ts'
import type { Faults } from '../faults.ts'
import type { Mailbox, Sms } from '../mailbox.ts'
import type { SandboxOptions } from '../options.ts'
import type { Phones } from './phones.ts'
import { countSegments } from './segments.ts'
import { follow } from './callbacks.ts'
import { findFault, sendForm, type SendForm } from './form.ts'
import { refuse, twilioWording } from './refusals.ts'

export type TwilioDesk = {
  options: SandboxOptions
  texts: Mailbox<Sms>
  phones: Phones
  faults: Faults
  courier: Courier
  stopped: AbortSignal
}

/** What a messaging service's pool sends from here. */
export const poolNumber = '+15005550006'

/** The Messages resource of Twilio's API; it knows no idempotency: every POST sends. */
export function twilioApi(desk: TwilioDesk): Hono {
  const { twilioAccountSid, twilioAuthToken } = desk.options
  const app = new Hono().basePath(`/2010-04-01/Accounts/${twilioAccountSid}`)
  app.use(identify(twilioAccountSid, twilioAuthToken))
  app.use(disturb('twilio', desk.faults, twilioWording, desk.stopped))
  app.post('/Messages.json', (c) => send(c, desk))
  app.get('/Messages.json', (c) => list(c, desk))
  app.get('/Messages/:file', (c) => {
    const text = desk.texts.get(c.req.param('file').replace(/\.json$/, ''))
    return text ? c.json(toResource(text, desk.options)) : notFound()
  })
  return new Hono().route('/', app).all('*', notFound) as unknown as Hono
}

function notFound(): Response {
  return refuse(404, 20404, 'The requested resource was not found')
}

function identify(sid: string, token: string): MiddlewareHandler {
  const expected = `Basic ${btoa(`${sid}:${token}`)}`
  return async (c, next) =>
    c.req.header('authorization') === expected ? next() : twilioWording.auth_refused()
}

async function send(c: Context, desk: TwilioDesk): Promise<Response> {
  const form = sendForm.parse(await c.req.parseBody())
  const fault = findFault(form)
  if (fault !== null) return refuse(...fault)
  const sender = form.MessagingServiceSid ?? form.From ?? ''
  if (desk.phones.hasOptedOut(form.To ?? '', sender)) {
    return refuse(400, 21610, 'The recipient has opted out of messages from this sender')
  }
  const text = desk.texts.add(toText(form, desk.options.clock.now()))
  const answer = toResource(text, desk.options)
  follow(text, desk.faults.take('twilio', ['undelivered']) !== null, desk)
  return c.json(answer, 201)
}

function toText(form: SendForm, at: number) {
  const { StatusCallback = null, Body = '', MessagingServiceSid = null } = form
  return {
    id: `SM${crypto.randomUUID().replaceAll('-', '')}`,
    channel: 'sms' as const,
    from: form.From ?? poolNumber,
    to: form.To ?? '',
    text: Body,
    delivery: StatusCallback === null ? null : new URL(StatusCallback).searchParams.get('d'),
    accepted_at: at,
    messaging_service_sid: MessagingServiceSid,
    status_callback: StatusCallback,
    segments: countSegments(Body),
  }
}

/** Newest first, as Twilio lists them. */
function list(c: Context, desk: TwilioDesk): Response {
  const { To, From, PageSize = '50', Page = '0' } = c.req.query()
  const size = Math.min(Math.max(Number(PageSize) || 50, 1), 1_000)
  const page = Math.max(Number(Page) || 0, 0)
  const found = desk.texts
    .all()
    .toReversed()
    .filter(({ to, from }) => (!To || to === To) && (!From || from === From))
  const uri = (number: number) => {
    const query = new URLSearchParams({ ...c.req.query(), Page: `${number}`, PageSize: `${size}` })
    return `/2010-04-01/Accounts/${desk.options.twilioAccountSid}/Messages.json?${query}`
  }
  return c.json({
    messages: found
      .slice(page * size, (page + 1) * size)
      .map((text) => toResource(text, desk.options)),
    page,
    page_size: size,
    start: page * size,
    end: Math.min((page + 1) * size, found.length),
    uri: uri(page),
    first_page_uri: uri(0),
    next_page_uri: found.length > (page + 1) * size ? uri(page + 1) : null,
    previous_page_uri: page > 0 ? uri(page - 1) : null,
  })
}

function toResource(text: Sms, { twilioAccountSid }: SandboxOptions) {
  const [first, ...later] = text.states
  const sent = later.find(({ state }) => state === 'sent')
  const status = later.at(-1)?.state ?? (text.messaging_service_sid ? 'accepted' : 'queued')
  return {
    sid: text.id,
    account_sid: twilioAccountSid,
    api_version: '2010-04-01',
    body: text.text,
    date_created: rfc2822(text.accepted_at),
    date_sent: sent === undefined ? null : rfc2822(sent.at),
    date_updated: rfc2822((later.at(-1) ?? first)?.at ?? text.accepted_at),
    direction: 'outbound-api',
    error_code: status === 'undelivered' ? 30003 : null,
    error_message: null,
    from: text.messaging_service_sid && sent === undefined ? null : text.from,
    messaging_service_sid: text.messaging_service_sid,
    num_media: '0',
    num_segments: String(text.segments),
    price: null,
    price_unit: 'USD',
    status,
    to: text.to,
    uri: `/2010-04-01/Accounts/${twilioAccountSid}/Messages/${text.id}.json`,
    subresource_uris: {},
  }
}

function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}
