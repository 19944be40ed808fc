import { natures } from './announcement.ts'
import type { AnnouncementKind } from './words.ts'

/** Where SMS may go, and what they may cost. Money is in the currency of the provider's bill. */
export type SmsSettings = {
  /** ISO 3166-1 alpha-2; while none is listed, nobody can subscribe by SMS. */
  countries: string[]
  /** Of one segment, by country; `default` holds for the others. */
  prices: Record<string, number>
  currency: string
  /** Nothing more is sent on a day (UTC) that has cost this much; null knows no limit. */
  spend_per_day: number | null
  /** The same for single countries, within that limit. */
  spend_per_country?: Record<string, number>
  /** Codes sent to numbers of one country in a day (UTC): fraud with fees asks for many and confirms none. */
  codes_per_country: number
  /** What becomes of a message that may be lost; where it is not said, what is urgent is sent again. */
  ambiguous?: 'resend' | 'drop'
}

export const noSms: SmsSettings = {
  countries: [],
  prices: {},
  currency: 'USD',
  spend_per_day: null,
  codes_per_country: 500,
}

/** Countries that the environment names replace those of the profile. */
export function withCountries(settings: SmsSettings, countries: string[] | undefined): SmsSettings {
  return countries ? { ...settings, countries } : settings
}

/** Whether anything limits what is spent; where nothing does, it is counted afterwards. */
export function isLimited({ spend_per_day, spend_per_country }: SmsSettings): boolean {
  return spend_per_day !== null || Object.keys(spend_per_country ?? {}).length > 0
}

export type Overspent = { country: string | null; limit: number }

/** Which limit would be exceeded by another `cost`; all but the limits themselves in millionths. */
export function overspent(
  settings: SmsSettings,
  spent: { inAll: number; inCountry: number },
  { country, cost }: { country: string; cost: number },
): Overspent | null {
  const { spend_per_day: perDay, spend_per_country } = settings
  const perCountry = spend_per_country?.[country]
  if (perDay !== null && spent.inAll + cost > inMillionths(perDay))
    return { country: null, limit: perDay }
  if (perCountry !== undefined && spent.inCountry + cost > inMillionths(perCountry))
    return { country, limit: perCountry }
  return null
}

/** Whether a message that the provider twice did not list is sent again: late news of little weight is better lost. */
export function isSentAgain({ ambiguous }: SmsSettings, kind: AnnouncementKind): boolean {
  return ambiguous === undefined ? natures[kind].priority <= 2 : ambiguous === 'resend'
}

/** What a message costs, in millionths, so that sums are exact. */
export function costOf(settings: SmsSettings, country: string, segments: number): number {
  const price = settings.prices[country] ?? settings.prices['default'] ?? 0
  return inMillionths(price) * segments
}

export function inMillionths(money: number): number {
  return Math.round(money * 1_000_000)
}

/** Of which share of a day's limit operators are told, in percent. */
export const spendAlerts = [80, 100] as const

/** Fraud with fees asks for many codes and confirms none; a few say nothing. */
export const pumping = { codes: 50, confirmedPercent: 20 }
