import { page } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { withCountries } from '../domain/sms.ts'
import { openChannels } from './subscribers/addresses.ts'

export type Page = typeof page.$inferSelect

/** The one page of this installation. */
export async function thePage(deps: Deps): Promise<Page> {
  const found = await deps.db.query.page.findFirst()
  if (!found)
    throw new DomainError('unavailable', 'no profile has been loaded yet', { retryAfter: 5 })
  return found
}

/** The page itself, as every view begins. */
export function pageView(deps: Deps, page: Page) {
  return {
    id: page.id,
    name: page.name,
    description: page.description,
    url: `${deps.publicUrl}/`,
    time_zone: page.timeZone,
    locale: page.locale,
    languages: page.languages,
    brand: page.brand,
    support: {
      email: page.supportEmail,
      url: page.supportUrl,
      hours: page.supportHours,
      response: page.supportResponse,
      include: page.supportInclude,
    },
    channels: openChannels(deps, withCountries(page.sms, deps.config.SMS_COUNTRIES)),
    privacy_url: page.privacyUrl,
    terms_url: page.termsUrl,
  }
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at)
}
