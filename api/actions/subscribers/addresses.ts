import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/mobile'
import type { Deps } from '../../deps.ts'
import { canonicalEmail } from '../../domain/address.ts'
import type { Saying } from '../../domain/message.ts'
import { refusedFields, wrongField } from '../../domain/refusal.ts'
import type { SmsSettings } from '../../domain/sms.ts'
import { canonicalUrl, urlExample } from '../../domain/url-address.ts'
import { channels, type Channel } from '../../domain/words.ts'

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
  if (!open.includes(channel))
    refuse('channel', { key: 'refusal.one_of', values: { allowed: open.join(', ') } })
  const address = canonicalAddress(channel, text)
  const reason =
    channel === 'sms'
      ? countryRefusal(sms, address)
      : channel === 'email'
        ? null
        : await urlRefusal(deps, address)
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
  return canonical ?? refuse('address', shapeOf(channel))
}

function shapeOf(channel: Channel): Saying {
  if (channel === 'email') return { key: 'refusal.email', values: { example: 'ada@example.com' } }
  if (channel === 'sms') return { key: 'refusal.number', values: { example: '+44 7700 900123' } }
  return { key: 'refusal.url', values: { example: urlExample[channel] } }
}

function countryRefusal({ countries }: SmsSettings, number: string): Saying | null {
  return countries.includes(countryOf(number)!)
    ? null
    : { key: 'refusal.country', values: { countries: countries.join(', ') } }
}

async function urlRefusal(deps: Deps, url: string): Promise<Saying | null> {
  const key = await deps.refusalOf(new URL(url))
  return key && { key }
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

/** A number as people of a country write it, with its country code; as it was written where it is none there. */
export function withCountryCode(number: string, country: string): string {
  const parsed = parsePhoneNumberFromString(number, country.toUpperCase() as CountryCode)
  return parsed?.number ?? number
}

/** The country of a mobile number in E.164; null for what is none, and for satellites, whose fees nobody can foresee. */
export function countryOf(number: string): string | null {
  const example = forExamples.find(([pattern]) => pattern.test(number))
  if (example) return example[1]
  const parsed = parsePhoneNumberFromString(number)
  return parsed?.isValid() ? (parsed.country ?? null) : null
}

function refuse(path: string, say: Saying): never {
  throw refusedFields([wrongField(path, say)])
}
