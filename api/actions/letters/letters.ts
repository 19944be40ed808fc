import { and, eq } from 'drizzle-orm'
import { renderings } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { discordOf } from '../../domain/letters/letter-discord.ts'
import { slackOf } from '../../domain/letters/letter-slack.ts'
import { smsOf } from '../../domain/letters/letter-sms.ts'
import { teamsOf } from '../../domain/letters/letter-teams.ts'
import { subjectOf, textOf } from '../../domain/letters/letter-text.ts'
import { webhookOf } from '../../domain/letters/letter-webhook.ts'
import type { Letter } from '../../domain/letters/letter.ts'
import type { AnnouncementKind, Channel } from '../../domain/words.ts'
import { letterOf } from './letter-facts.ts'

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
    channel === 'email'
      ? { subject: subjectOf(letter), html: await htmlOf(deps, letter), text: textOf(letter) }
      : { subject: '', html: '', text: writers[channel](letter) }
  await deps.db
    .insert(renderings)
    .values({ announcementId, channel, locale, ...rendering, createdAt: deps.clock.now() })
    .onConflictDoNothing()
  return (await savedRendering(deps, announcementId, channel, locale)) ?? rendering
}

/** What is one text: of SMS the words, of the others the JSON that is posted. */
const writers: Record<Exclude<Channel, 'email'>, (letter: Letter) => string> = {
  sms: smsOf,
  slack: slackOf,
  teams: teamsOf,
  discord: discordOf,
  webhook: webhookOf,
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
  return withoutIndentation(await response.text())
}

/** Styles are indented for whoever writes them: of every mail that is a tenth. */
function withoutIndentation(html: string): string {
  return html.replace(/<style>[^<]*<\/style>/g, (style) =>
    style.replace(/\s+/g, ' ').replace(/ ?([{};,]) ?|(?<=:) /g, '$1'),
  )
}

function templateOf(kind: AnnouncementKind): string {
  if (kind === 'confirmation' || kind === 'digest') return kind
  return kind === 'already_subscribed' ? 'already-subscribed' : 'incident'
}
