import { and, eq } from 'drizzle-orm'
import { announcements, incidents, incidentUpdates, page, renderings } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { withoutPlaces, type Letter } from '../domain/letter.ts'
import { smsOf, subjectOf, textOf } from '../domain/letter-text.ts'
import type { AnnouncementKind, Channel } from '../domain/words.ts'

export type Rendering = { subject: string; html: string; text: string }

/** The frozen words of an announcement; rendered once per channel and locale, the first to save wins. */
export async function renderingOf(
  deps: Deps,
  announcementId: string,
  channel: Channel,
  locale: string,
): Promise<Rendering> {
  const saved = await savedRendering(deps, announcementId, channel, locale)
  if (saved) return saved
  const letter = await letterOf(deps, announcementId, locale)
  const rendering =
    channel === 'sms'
      ? { subject: '', html: '', text: smsOf(letter) }
      : { subject: subjectOf(letter), html: await htmlOf(deps, letter), text: textOf(letter) }
  await deps.db
    .insert(renderings)
    .values({ announcementId, channel, locale, ...rendering, createdAt: deps.clock.now() })
    .onConflictDoNothing()
  return (await savedRendering(deps, announcementId, channel, locale)) ?? rendering
}

async function savedRendering(
  deps: Deps,
  announcementId: string,
  channel: Channel,
  locale: string,
) {
  const [saved] = await deps.db
    .select({ subject: renderings.subject, html: renderings.html, text: renderings.text })
    .from(renderings)
    .where(
      and(
        eq(renderings.announcementId, announcementId),
        eq(renderings.channel, channel),
        eq(renderings.locale, locale),
      ),
    )
  return saved ?? null
}

async function htmlOf(deps: Deps, letter: Letter): Promise<string> {
  const response = await deps.render(`/mail/${templateOf(letter.kind)}`, { letter })
  if (!response.ok)
    throw new Error(`the mail template of ${letter.kind} answered ${response.status}`)
  return response.text()
}

function templateOf(kind: AnnouncementKind): string {
  if (kind === 'confirmation') return 'confirmation'
  return kind === 'already_subscribed' ? 'already-subscribed' : 'incident'
}

/** The facts that a letter is written from, as they are when it is first rendered. */
async function letterOf(deps: Deps, announcementId: string, locale: string): Promise<Letter> {
  const [found] = await deps.db
    .select({ announcement: announcements, incident: incidents, update: incidentUpdates, page })
    .from(announcements)
    .innerJoin(page, eq(page.id, page.id))
    .leftJoin(incidents, eq(incidents.id, announcements.incidentId))
    .leftJoin(incidentUpdates, eq(incidentUpdates.id, announcements.updateId))
    .where(eq(announcements.id, announcementId))
  if (!found) throw new Error(`there is no announcement ${announcementId}`)
  const { incident, update } = found
  return {
    kind: found.announcement.kind,
    id: found.announcement.id,
    created_at: found.announcement.createdAt,
    locale,
    digest: null,
    page: {
      id: found.page.id,
      name: found.page.name,
      url: `${deps.publicUrl}/`,
      support: {
        email: found.page.supportEmail,
        url: found.page.supportUrl,
        hours: found.page.supportHours,
      },
      privacy_url: found.page.privacyUrl,
      terms_url: found.page.termsUrl,
    },
    incident:
      incident && update
        ? {
            id: incident.id,
            name: withoutPlaces(incident.name),
            url: `${deps.publicUrl}/incidents/${incident.id}`,
            status: incident.status,
            impact: incident.impact,
            started_at: incident.startedAt,
            resolved_at: incident.resolvedAt,
            next_update_at: incident.nextUpdateAt,
            scheduled_for: incident.scheduledFor,
            scheduled_until: incident.scheduledUntil,
            update: {
              id: update.id,
              status: update.status,
              body: withoutPlaces(update.body),
              display_at: update.displayAt,
            },
            components: update.components,
            all_clear: update.status === 'resolved' ? incident.allClear : null,
            postmortem: incident.postmortemPublishedAt === null ? null : incident.postmortem,
          }
        : null,
  }
}
