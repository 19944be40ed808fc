import type { Deps } from '../../deps.ts'
import { withCountries, type SmsSettings } from '../../domain/sms.ts'
import { keptForASecond } from '../kept.ts'
import { thePage } from '../page.ts'

/** Where SMS may go and what they may cost: the page's settings, with the countries of SMS_COUNTRIES where it names some. */
export async function smsSettings(deps: Deps): Promise<SmsSettings> {
  return withCountries((await thePage(deps)).sms, deps.config.SMS_COUNTRIES)
}

const page = keptForASecond(thePage)

/** The same for those who ask with every message, and the language of operators. */
export async function billing(deps: Deps): Promise<{ settings: SmsSettings; locale: string }> {
  const { sms: settings, locale } = await page.read(deps, '')
  return { settings, locale }
}
