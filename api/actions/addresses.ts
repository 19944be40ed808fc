import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile'
import type { Deps } from '../deps.ts'
import { canonicalEmail } from '../domain/address.ts'
import { DomainError } from '../domain/error.ts'
import type { Channel } from '../domain/words.ts'

/** Numbers set aside for examples reach nobody: North America's 555, Ofcom's drama range, Twilio's test numbers. */
const forExamples = /^\+(1555\d{7}|447700900\d{3}|1500555\d{4})$/

/** The one form in which an address of a channel is stored and compared. */
export function canonicalAddress(deps: Deps, channel: Channel, text: string): string {
  const offered = offeredChannels(deps)
  if (!offered.includes(channel)) throw invalid('channel', `must be one of ${offered.join(', ')}`)
  const address = channel === 'email' ? canonicalEmail(text) : canonicalNumber(text)
  if (address === null)
    throw invalid(
      'address',
      channel === 'email'
        ? 'must be an email address such as ada@example.com'
        : 'must be a mobile number with its country code, such as +44 7700 900123',
    )
  return address
}

/** The ways of subscribing that this installation can serve. */
export function offeredChannels(deps: Deps): Channel[] {
  return (['email', 'sms'] as const).filter((channel) =>
    deps.providers.some((provider) => provider.channel === channel),
  )
}

/** E.164; only numbers that can be a mobile's, since others cost money and reach nobody. */
export function canonicalNumber(text: string): string | null {
  const number = parsePhoneNumberFromString(text)
  if (!number || number.ext) return null
  return number.isValid() || forExamples.test(number.number) ? number.number : null
}

function invalid(path: string, message: string): DomainError {
  return new DomainError('invalid', `${path}: ${message}`, { fields: [{ path, message }] })
}
