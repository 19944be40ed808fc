import type { Deps } from '../deps.ts'
import { fillPlaces, type Places } from '../domain/letter.ts'
import type { Message } from '../providers/provider.ts'
import type { Member } from './batches.ts'
import { renderingOf, type Rendering } from './letters.ts'
import { links } from './links.ts'

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
      return messageTo(deps, member, await rendering, await links(deps, subscriber, member.kind))
    }),
  )
}

function messageTo(deps: Deps, member: Member, rendering: Rendering, places: Places): Message {
  return {
    delivery: member.delivery,
    id: member.announcementId,
    to: member.subscriber.address,
    subject: rendering.subject,
    html: fillPlaces(rendering.html, places),
    text: fillPlaces(rendering.text, places),
    headers: member.subscriber.channel === 'email' ? headersOf(deps, member, places) : {},
    secrets: [],
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
