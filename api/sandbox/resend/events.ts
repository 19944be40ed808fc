import type { Mail } from '../mailbox.ts'
import type { ResendDesk } from './api.ts'
import { svixSignature } from '../signatures.ts'

/** What a fault switch made of mails that would have been delivered. */
export type Fate = 'bounce' | 'complaint'

type Event = { type: string; state: string; data?: object }

const sent: Event = { type: 'email.sent', state: 'sent' }
const delivered: Event = { type: 'email.delivered', state: 'delivered' }
const bounced: Event = {
  type: 'email.bounced',
  state: 'bounced',
  data: {
    bounce: { type: 'Permanent', subType: 'General', message: 'The address does not exist.' },
  },
}
const complained: Event = { type: 'email.complained', state: 'complained' }
const travelMs = 200

/** Lets accepted mails travel: sent at once, and a moment later what became of them. */
export function follow(mails: Mail[], fate: Fate | null, desk: ResendDesk): void {
  const tell = (event: Event) => (mail: Mail) => progress(mail, event, desk)
  desk.courier.after(0, () => mails.forEach(tell(sent)))
  desk.courier.after(travelMs, () => {
    for (const mail of mails) ends(mail, fate).forEach((event) => tell(event)(mail))
  })
}

/** Resend's test addresses decide their own fate, labels such as `bounced+1@resend.dev` included. */
function ends({ to }: Mail, fate: Fate | null): Event[] {
  const trial = /^(delivered|bounced|complained)(\+[^@]*)?@resend\.dev$/.exec(to)?.[1]
  if (trial === 'bounced' || (trial === undefined && fate === 'bounce')) return [bounced]
  if (trial === 'complained' || (trial === undefined && fate === 'complaint')) {
    return [delivered, complained]
  }
  return [delivered]
}

/** One event, told under one id however often it has to be repeated. */
function progress(mail: Mail, { type, state, data }: Event, desk: ResendDesk): void {
  const { clock, webhookUrl, webhookSecret, deliverReceipts = true } = desk.options
  mail.states.push({ state, at: clock.now() })
  if (!deliverReceipts) return
  const id = `msg_${crypto.randomUUID().replaceAll('-', '')}`
  const body = JSON.stringify({
    type,
    created_at: new Date(clock.now()).toISOString(),
    data: {
      email_id: mail.id,
      created_at: new Date(mail.accepted_at).toISOString(),
      from: mail.from,
      to: mail.to.split(', '),
      subject: mail.subject,
      tags: mail.tags,
      ...data,
    },
  })
  desk.courier.post(async () => {
    const timestamp = Math.floor(clock.now() / 1000)
    return new Request(`${webhookUrl()}/hooks/resend`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'svix-id': id,
        'svix-timestamp': String(timestamp),
        'svix-signature': await svixSignature(webhookSecret, id, timestamp, body),
      },
      body,
    })
  })
}
