import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile'
import type { Deps } from '../deps.ts'
import { canonicalEmail } from '../domain/address.ts'
import { DomainError } from '../domain/error.ts'
import type { SmsSettings } from '../domain/sms.ts'
import { canonicalUrl, urlExample } from '../domain/url-address.ts'
import { channels, type Channel } from '../domain/words.ts'

/** The channels by which anybody may subscribe: SMS costs money, so only where countries are listed. */
export function openChannels(deps: Deps, sms: SmsSettings): Channel[] {
  return channels.filter(
    (channel) =>
      deps.providers.some((provider) => provider.channel === channel) &&
      (channel !== 'sms' || sms.countries.length > 0),
  )
}

/** An address in its canonical form; one that must not or cannot be told is refused with its field and the reason. */
export async function openAddress(
  deps: Deps,
  sms: SmsSettings,
  channel: Channel,
  text: string,
): Promise<string> {
  const open = openChannels(deps, sms)
  if (!open.includes(channel)) refuse('channel', `must be one of ${open.join(', ')}`)
  const address = canonicalAddress(channel, text)
  const reason =
    channel === 'sms'
      ? countryRefusal(sms, address)
      : channel === 'email'
        ? null
        : await deps.refusalOf(new URL(address))
  if (reason !== null) refuse('address', reason)
  return address
}

/** The one form in which an address of a channel is stored and compared. */
function canonicalAddress(channel: Channel, text: string): string {
  const canonical =
    channel === 'email'
      ? canonicalEmail(text)
      : channel === 'sms'
        ? canonicalNumber(text)
        : canonicalUrl(channel, text)
  return canonical ?? refuse('address', `must be ${shapeOf(channel)}`)
}

function shapeOf(channel: Channel): string {
  if (channel === 'email') return 'an email address such as ada@example.com'
  if (channel === 'sms') return 'a mobile number with its country code, such as +44 7700 900123'
  return `a URL such as ${urlExample[channel]}`
}

function countryRefusal({ countries }: SmsSettings, number: string): string | null {
  return countries.includes(countryOf(number)!)
    ? null
    : `must be a number of one of these countries: ${countries.join(', ')}`
}

/** Numbers set aside for examples reach nobody: North America's 555, Ofcom's drama range, Twilio's test numbers. */
const forExamples: [RegExp, string][] = [
  [/^\+1(555\d{7}|500555\d{4})$/, 'US'],
  [/^\+447700900\d{3}$/, 'GB'],
]

/** E.164; only numbers that can be a mobile's in some country, since others cost money and reach nobody. */
export function canonicalNumber(text: string): string | null {
  const number = parsePhoneNumberFromString(text.normalize('NFKC'))
  if (!number || number.ext) return null
  return countryOf(number.number) === null ? null : number.number
}

/** The country of a mobile number in E.164; null for what is none, and for satellites, whose fees nobody can foresee. */
export function countryOf(number: string): string | null {
  const example = forExamples.find(([pattern]) => pattern.test(number))
  if (example) return example[1]
  const parsed = parsePhoneNumberFromString(number)
  return parsed?.isValid() ? (parsed.country ?? null) : null
}

function refuse(path: string, message: string): never {
  throw new DomainError('invalid', `${path}: ${message}`, { fields: [{ path, message }] })
}
