import { and, eq, inArray } from 'drizzle-orm'
import { renderings } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { cutAtPlaces } from '../../domain/letters/letter.ts'
import { countSegments } from '../../domain/segments.ts'
import { thePage } from '../page.ts'

/** How many segments an SMS about each of these announcements has, in the longest of its languages, once it is written. */
export async function smsSizes(deps: Deps, ids: string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  if (ids.length === 0) return sizes
  const rows = await deps.db
    .select({ id: renderings.announcementId, locale: renderings.locale, text: renderings.text })
    .from(renderings)
    .where(and(inArray(renderings.announcementId, ids), eq(renderings.channel, 'sms')))
  if (rows.length === 0) return sizes
  const { timeZone } = await thePage(deps)
  for (const { id, locale, text } of rows) {
    const { pieces } = cutAtPlaces(text, { locale, time_zone: timeZone })
    const { segments } = countSegments(pieces.join(''))
    sizes.set(id, Math.max(segments, sizes.get(id) ?? 1))
  }
  return sizes
}
