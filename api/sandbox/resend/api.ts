import { Hono, type Context, type MiddlewareHandler } from 'hono'
import type { Courier } from '../courier.ts'
import { disturb } from '../disturb.ts'
import type { Faults } from '../faults.ts'
import type { IdempotencyKeys } from './keys.ts'
import type { Mail, Mailbox } from '../mailbox.ts'
import type { SandboxOptions } from '../options.ts'
import { Rate } from './rate.ts'
import { follow, type Fate } from './events.ts'
import { parseMail, type Invalid, type ParsedMail } from './mail.ts'
import { once } from './once.ts'
import { refuse, resendWording } from './refusals.ts'

export type ResendDesk = {
  options: SandboxOptions
  mails: Mailbox<Mail>
  faults: Faults
  keys: IdempotencyKeys
  courier: Courier
  stopped: AbortSignal
}

const generousRate = 100
const batchLimit = 100

/** The part of Resend's API that sends. */
export function resendApi(desk: ResendDesk): Hono {
  const { options, keys } = desk
  const app = new Hono()
  app.use(identify(options.resendApiKey))
  app.use(limit(new Rate(options.rate ?? generousRate), options.clock))
  app.use(disturb('resend', desk.faults, resendWording, desk.stopped))
  app.post('/emails', (c) => once(c, keys, options.clock.now(), (body) => sendOne(c, desk, body)))
  app.post('/emails/batch', (c) =>
    once(c, keys, options.clock.now(), (body) => sendBatch(c, desk, body)),
  )
  app.all('*', () => refuse(404, 'not_found', 'There is no such endpoint.'))
  return app
}

function identify(apiKey: string): MiddlewareHandler {
  return async (c, next) => {
    if (!c.req.header('user-agent')) return c.text('error code: 1010', 403)
    const authorization = c.req.header('authorization') ?? ''
    if (authorization === '') return refuse(401, 'missing_api_key', 'The API key is missing.')
    if (authorization !== `Bearer ${apiKey}`) return resendWording.auth_refused()
    return next()
  }
}

function limit(rate: Rate, clock: SandboxOptions['clock']): MiddlewareHandler {
  return async (c, next) => {
    const { allowed, headers } = rate.take(clock.now())
    if (!allowed) return refuse(429, 'rate_limit_exceeded', 'Too many requests.', headers)
    await next()
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
    return undefined
  }
}

function sendOne(c: Context, desk: ResendDesk, body: unknown): object | Response {
  const parsed = parseMail(body)
  if ('invalid' in parsed) return refuse(422, parsed.invalid.name, parsed.invalid.message)
  const [accepted] = accept(c, desk, [parsed.mail])
  return { id: accepted }
}

/** Strict refuses the whole batch for one invalid mail; permissive names the invalid ones and sends the others. */
function sendBatch(c: Context, desk: ResendDesk, body: unknown): object | Response {
  if (!Array.isArray(body) || body.length < 1 || body.length > batchLimit) {
    return refuse(422, 'validation_error', `Send an array of 1 to ${batchLimit} emails.`)
  }
  const permissive = c.req.header('x-batch-validation') === 'permissive'
  const mails: ParsedMail[] = []
  const errors: { index: number; message: string }[] = []
  for (const [index, one] of body.entries()) {
    const parsed = parseMail(one)
    if ('mail' in parsed) mails.push(parsed.mail)
    else if (permissive) errors.push({ index, message: parsed.invalid.message })
    else return refuseAt(index, parsed.invalid)
  }
  const data = accept(c, desk, mails).map((id) => ({ id }))
  return permissive ? { data, errors } : { data }
}

function refuseAt(index: number, { name, message }: Invalid): Response {
  return refuse(422, name, `emails[${index}]: ${message}`)
}

function accept(c: Context, desk: ResendDesk, parsed: ParsedMail[]): string[] {
  const fate: Fate | null = desk.faults.take('resend', ['bounce', 'complaint'])
  const key = c.req.header('idempotency-key') ?? null
  const at = desk.options.clock.now()
  const accepted = parsed.map((mail) => desk.mails.add(toMessage(mail, key, at)))
  follow(accepted, fate, desk)
  return accepted.map(({ id }) => id)
}

function toMessage(mail: ParsedMail, key: string | null, at: number) {
  const tags = Object.fromEntries(mail.tags?.map(({ name, value }) => [name, value]) ?? [])
  return {
    id: crypto.randomUUID(),
    channel: 'email' as const,
    from: mail.from,
    to: mail.to.join(', '),
    subject: mail.subject,
    html: mail.html ?? '',
    text: mail.text ?? '',
    headers: mail.headers ?? {},
    tags,
    delivery: tags['d'] ?? null,
    idempotency_key: key,
    accepted_at: at,
  }
}
