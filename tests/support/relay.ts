import { smtp } from '../../api/providers/smtp.ts'
import { mailServer, type MailServer } from './mail-server.ts'
import { tellingWorld, type Telling } from './telling.ts'

export type Relayed = Telling & { relay: MailServer }

/** A shop whose mail goes by Resend, and by an SMTP server of its own while Resend is in trouble. */
export async function relayedWorld(
  options: Parameters<typeof mailServer>[0] = {},
): Promise<Relayed> {
  const told = await tellingWorld()
  const relay = await mailServer(options)
  const second = smtp({ url: relay.url, from: 'Corner Shop <status@shop.example>' })
  told.deps.providers.push(second)
  return Object.assign(told, {
    relay,
    async [Symbol.asyncDispose]() {
      await told.settled()
      second.close()
      await relay.close()
      await told.post.close()
      await told.dispose()
    },
  })
}

/** The same without Resend. */
export async function smtpWorld(options: Parameters<typeof mailServer>[0] = {}): Promise<Relayed> {
  const made = await relayedWorld(options)
  made.deps.providers = made.deps.providers.filter(({ name }) => name === 'smtp')
  return made
}

/** The addresses that heard of something, each as often as it did. */
export function toldBy({ post, relay }: Relayed): string[] {
  const mails = post.sandbox.mails.all().map(({ to }) => to)
  return [...mails, ...relay.arrived.flatMap(({ to }) => to)].toSorted()
}
