import { eq } from 'drizzle-orm'
import { announcements, incidents, incidentUpdates, page } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { withoutPlaces, type Letter } from '../../domain/letters/letter.ts'
import { digestFacts } from './letter-digests.ts'
import { incidentFacts, updateTold } from './letter-incidents.ts'

/** The facts that a letter is written from, as they are when it is first rendered. */
export async function letterOf(
  deps: Deps,
  announcementId: string,
  locale: string,
): Promise<Letter> {
  const [found] = await deps.db
    .select({ announcement: announcements, incident: incidents, update: incidentUpdates, page })
    .from(announcements)
    .innerJoin(page, eq(page.id, page.id))
    .leftJoin(incidents, eq(incidents.id, announcements.incidentId))
    .leftJoin(incidentUpdates, eq(incidentUpdates.id, updateTold))
    .where(eq(announcements.id, announcementId))
  if (!found) throw new Error(`there is no announcement ${announcementId}`)
  const { announcement, incident, update } = found
  return purified({
    kind: announcement.kind,
    id: announcement.id,
    created_at: announcement.createdAt,
    locale,
    page: pageFacts(deps, found.page),
    incident: incident && update ? incidentFacts(deps, incident, update) : null,
    digest: announcement.kind === 'digest' ? await digestFacts(deps, announcement) : null,
  })
}

function pageFacts(deps: Deps, row: typeof page.$inferSelect): Letter['page'] {
  return {
    id: row.id,
    name: row.name,
    url: `${deps.publicUrl}/`,
    time_zone: row.timeZone,
    support: { email: row.supportEmail, url: row.supportUrl, hours: row.supportHours },
    privacy_url: row.privacyUrl,
    terms_url: row.termsUrl,
  }
}

/** Nothing that anybody typed may look like a place. */
function purified(letter: Letter): Letter {
  return JSON.parse(withoutPlaces(JSON.stringify(letter))) as Letter
}
