import { Hono } from 'hono'
import { Courier } from './courier.ts'
import { Faults } from './faults.ts'
import { inbox } from './inbox/routes.ts'
import { Mailbox, type Mail, type Sms } from './mailbox.ts'
import type { SandboxOptions } from './options.ts'
import { resendApi } from './resend/api.ts'
import { IdempotencyKeys } from './resend/keys.ts'
import { twilioApi } from './twilio/api.ts'
import { Phones } from './twilio/phones.ts'

export type Sandbox = {
  /** The inbox at its root, and below it both wire protocols. */
  app: Hono
  resendPath: '/resend'
  twilioPath: '/twilio'
  mails: Mailbox<Mail>
  texts: Mailbox<Sms>
  faults: Faults
  /** The newest accepted mails and texts, oldest first. */
  messages(): (Mail | Sms)[]
  /** Forgets every message, key, opt-out and fault. */
  clear(): void
  /** Cancels what is on its way and frees whoever hangs. */
  stop(): void
}

const keptMails = 5_000
const keptTexts = 20_000

/** Resend and Twilio on loopback, as they are on the wire; nothing that they accept leaves this process. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const end = new AbortController()
  const desk = {
    options,
    mails: new Mailbox<Mail>(keptMails),
    texts: new Mailbox<Sms>(keptTexts),
    phones: new Phones(),
    keys: new IdempotencyKeys(),
    faults: new Faults(),
    courier: new Courier(options.fetch, end.signal),
    stopped: end.signal,
  }
  const { mails, texts, faults } = desk
  const sandbox = {
    resendPath: '/resend' as const,
    twilioPath: '/twilio' as const,
    mails,
    texts,
    faults,
    messages: () =>
      [...mails.all(), ...texts.all()].toSorted((a, b) => a.accepted_at - b.accepted_at),
    clear: () => [mails, texts, desk.phones, desk.keys, faults].forEach((memory) => memory.clear()),
    stop: () => end.abort(),
  }
  const app = new Hono()
    .route(sandbox.resendPath, resendApi(desk))
    .route(sandbox.twilioPath, twilioApi(desk))
    .route('/', inbox(desk, sandbox))
  return { ...sandbox, app }
}
