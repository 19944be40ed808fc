import type { Deps } from '../../deps.ts'
import { fillPlaces, type Places } from '../../domain/letters/letter.ts'
import { DAY } from '../../domain/time.ts'
import type { Message } from '../../providers/provider.ts'
import type { Member } from './batch-members.ts'
import { renderingOf, type Rendering } from '../letters/letters.ts'
import { links } from '../subscribers/links.ts'

/** A later SMS is stale: the provider drops what it could not deliver within this time. */
const SMS_VALID_FOR_S = 3600

/** The messages of a batch, made from stored rows only: a repeated request has the same bytes. */
export async function messagesOf(deps: Deps, members: Member[]): Promise<Message[]> {
  const renderings = new Map<string, Promise<Rendering>>()
  return Promise.all(
    members.map(async (member) => {
      const { announcementId, subscriber } = member
      const key = `${announcementId} ${subscriber.locale}`
      let rendering = renderings.get(key)
      if (!rendering) {
        rendering = renderingOf(deps, announcementId, subscriber.channel, subscriber.locale)
        renderings.set(key, rendering)
      }
      const [words, places, secrets] = await Promise.all([
        rendering,
        links(deps, subscriber, member.kind),
        secretsOf(deps, subscriber),
      ])
      return { ...messageTo(deps, member, words, places), secrets }
    }),
  )
}

/** For a day after a rotation the secret before it signs too, so that receivers can change over when it suits them. */
async function secretsOf(deps: Deps, subscriber: Member['subscriber']): Promise<string[]> {
  const { channel, id, secretVersion, secretRotatedAt } = subscriber
  if (channel !== 'webhook') return []
  const isFresh = secretRotatedAt !== null && deps.clock.now() < secretRotatedAt + DAY
  const versions =
    isFresh && secretVersion > 1 ? [secretVersion, secretVersion - 1] : [secretVersion]
  return Promise.all(versions.map((version) => deps.secrets.webhookSecret(id, version)))
}

function messageTo(
  deps: Deps,
  member: Member,
  rendering: Rendering,
  places: Places,
): Omit<Message, 'secrets'> {
  return {
    delivery: member.delivery,
    id: member.announcementId,
    to: member.subscriber.address,
    subject: rendering.subject,
    html: fillPlaces(rendering.html, places),
    text: fillPlaces(rendering.text, places),
    headers: member.subscriber.channel === 'email' ? headersOf(deps, member, places) : {},
    valid_for_s: SMS_VALID_FOR_S,
  }
}

function headersOf(
  deps: Deps,
  { kind, incidentId }: Member,
  places: Places,
): Record<string, string> {
  const host = new URL(deps.publicUrl).hostname
  // RFC 3834: no out-of-office should answer us.
  const automatic = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
  if (kind === 'confirmation') return automatic
  // The provider replaces Message-ID but keeps References: one root per incident makes one thread.
  const root = `<incident-${incidentId}@${host}>`
  return {
    ...automatic,
    ...(incidentId ? { References: root, 'In-Reply-To': root } : {}),
    'List-Id': `<updates.${host}>`,
    // RFC 8058: one click, no landing page.
    'List-Unsubscribe': `<${places.unsubscribe}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
}
