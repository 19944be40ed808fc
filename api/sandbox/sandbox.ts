import { Hono } from 'hono'
import { Courier } from './courier.ts'
import { endpointsApi } from './endpoints/api.ts'
import { Faults } from './faults.ts'
import { inbox } from './inbox/routes.ts'
import { Mailbox, type Mail, type Post, type Sms } from './mailbox.ts'
import type { SandboxOptions } from './options.ts'
import { resendApi } from './resend/api.ts'
import { IdempotencyKeys } from './resend/keys.ts'
import { twilioApi } from './twilio/api.ts'
import { Phones } from './twilio/phones.ts'

export type Sandbox = {
  /** The inbox at its root, and below it what others have on the wire. */
  app: Hono
  resendPath: '/resend'
  twilioPath: '/twilio'
  /** Followed by an encoded URL: what is there of a subscriber's. */
  endpointsPath: '/post'
  mails: Mailbox<Mail>
  texts: Mailbox<Sms>
  posts: Mailbox<Post>
  faults: Faults
  /** The newest accepted mails, texts and posts, oldest first. */
  messages(): (Mail | Sms | Post)[]
  /** Forgets every message, key, opt-out and fault. */
  clear(): void
  /** Cancels what is on its way and frees whoever hangs. */
  stop(): void
}

const keptMails = 5_000
const keptTexts = 20_000
const keptPosts = 5_000

/** Resend, Twilio and everybody's URLs on loopback, as they are on the wire; nothing that they accept leaves this process. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const end = new AbortController()
  const desk = {
    options,
    mails: new Mailbox<Mail>(keptMails, options.onAccepted),
    texts: new Mailbox<Sms>(keptTexts, options.onAccepted),
    posts: new Mailbox<Post>(keptPosts, options.onAccepted),
    phones: new Phones(),
    keys: new IdempotencyKeys(),
    faults: new Faults(),
    courier: new Courier(options.fetch, end.signal),
    stopped: end.signal,
  }
  const { mails, texts, posts, faults } = desk
  const sandbox = {
    resendPath: '/resend' as const,
    twilioPath: '/twilio' as const,
    endpointsPath: '/post' as const,
    mails,
    texts,
    posts,
    faults,
    messages: () =>
      [...mails.all(), ...texts.all(), ...posts.all()].toSorted(
        (a, b) => a.accepted_at - b.accepted_at,
      ),
    clear: () =>
      [mails, texts, posts, desk.phones, desk.keys, faults].forEach((memory) => memory.clear()),
    stop: () => end.abort(),
  }
  const app = new Hono()
    .route(sandbox.resendPath, resendApi(desk))
    .route(sandbox.twilioPath, twilioApi(desk))
    .route(sandbox.endpointsPath, endpointsApi(desk))
    .route('/', inbox(desk, sandbox))
  return { ...sandbox, app }
}
