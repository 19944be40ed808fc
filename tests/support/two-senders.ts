import { twilio, type TwilioSettings } from '../../api/providers/twilio.ts'
import { twilioAccountSid, twilioAuthToken } from './sandbox.ts'
import { tellingWorld, type Telling } from './telling.ts'

/** What each sender is called in the world of two. */
export const numbers = { first: '+15005550006', second: '+15005550010' }

/** A shop whose SMS go by one number, and by another one of the same account while that is in trouble. */
export async function twoSendersWorld(first: Partial<TwilioSettings> = {}): Promise<Telling> {
  const told = await tellingWorld()
  const common = {
    accountSid: twilioAccountSid,
    authToken: twilioAuthToken,
    publicUrl: told.deps.publicUrl,
    baseUrl: `${told.post.url}/twilio`,
    ratePerSecond: 0,
    fetch,
  }
  told.deps.providers = [
    twilio({ ...common, from: numbers.first, ...first }),
    twilio({ ...common, name: 'twilio-fallback', from: numbers.second, sharesAccount: true }),
  ]
  return told
}

/** How many SMS each number sent. */
export function sentBy({ post }: Telling): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { from } of post.sandbox.texts.all()) counts[from] = (counts[from] ?? 0) + 1
  return counts
}
