/** Where SMS may go, and what they may cost. Money is in the currency of the provider's bill. */
export type SmsSettings = {
  /** ISO 3166-1 alpha-2; while none is listed, nobody can subscribe by SMS. */
  countries: string[]
  /** Of one segment, by country; `default` holds for the others. */
  prices: Record<string, number>
  currency: string
  /** Nothing more is sent on a day (UTC) that has cost this much; null knows no limit. */
  spend_per_day: number | null
  /** Codes sent to numbers of one country in a day (UTC): fraud with fees asks for many and confirms none. */
  codes_per_country: number
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
