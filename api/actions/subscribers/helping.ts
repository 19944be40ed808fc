import { and, eq } from 'drizzle-orm'
import { subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak } from '../../domain/message.ts'
import { normalizeSms } from '../../domain/segments.ts'
import type { Channel } from '../../domain/words.ts'
import { thePage } from '../page.ts'

/** What is answered to HELP, in the language of whoever asks where they are known, else in the page's. */
export async function helpFor(deps: Deps, channel: Channel, from: string): Promise<string> {
  const addressHash = await deps.secrets.hashAddress(channel, from)
  const [[subscriber], page] = await Promise.all([
    deps.db
      .select({ locale: subscribers.locale })
      .from(subscribers)
      .where(and(eq(subscribers.channel, channel), eq(subscribers.addressHash, addressHash))),
    thePage(deps),
  ])
  const say = speak(subscriber?.locale ?? page.locale)
  return normalizeSms(say('sms.help', { page: page.name, url: deps.publicUrl }))
}
