import type { Deps } from '../../deps.ts'
import { fill, join, type Places } from '../../domain/letters/letter.ts'
import { DAY, SECOND } from '../../domain/time.ts'
import type { Message } from '../../providers/provider.ts'
import type { Member } from './batch-members.ts'
import { wordingOf } from '../letters/wording.ts'
import { links } from '../subscribers/links.ts'

/** A later SMS is stale: the provider drops what it could not deliver within this time, or before it expires. */
const SMS_VALID_FOR_S = 3600

/** The messages of a batch, made from stored rows only: a repeated request has the same bytes. */
export function messagesOf(deps: Deps, members: Member[]): Promise<Message[]> {
  const { hostname } = new URL(deps.publicUrl)
  return Promise.all(members.map((member) => messageTo(deps, member, hostname)))
}

async function messageTo(deps: Deps, member: Member, hostname: string): Promise<Message> {
  const { announcementId, kind, subscriber } = member
  const { subject, ...cut } = await wordingOf(deps, { id: announcementId, kind }, subscriber)
  const places = await links(deps, subscriber, kind)
  const words = { html: fill(cut.html, places), text: fill(cut.text, places) }
  return {
    delivery: member.delivery,
    id: announcementId,
    to: subscriber.address,
    subject,
    html: join(words.html),
    text: join(words.text),
    words,
    headers: subscriber.channel === 'email' ? headersOf(member, places, hostname) : {},
    secrets: subscriber.channel === 'webhook' ? await secretsOf(deps, subscriber) : [],
    valid_for_s: validFor(member.expiresAt - deps.clock.now()),
  }
}

function validFor(lifeMs: number): number {
  return Math.max(1, Math.min(SMS_VALID_FOR_S, Math.floor(lifeMs / SECOND)))
}

function headersOf(
  { kind, incidentId }: Member,
  places: Places,
  hostname: string,
): Record<string, string> {
  // RFC 3834: no out-of-office should answer us.
  const automatic = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
  if (kind === 'confirmation') return automatic
  // The provider replaces Message-ID but keeps References: one root per incident makes one thread.
  const root = `<incident-${incidentId}@${hostname}>`
  return {
    ...automatic,
    ...(incidentId ? { References: root, 'In-Reply-To': root } : {}),
    'List-Id': `<updates.${hostname}>`,
    // RFC 8058: one click, no landing page.
    'List-Unsubscribe': `<${places.unsubscribe}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
}

/** For a day after a rotation the secret before it signs too, so that receivers can change over when it suits them. */
async function secretsOf(deps: Deps, subscriber: Member['subscriber']): Promise<string[]> {
  const { id, secretVersion, secretRotatedAt } = subscriber
  const isFresh = secretRotatedAt !== null && deps.clock.now() < secretRotatedAt + DAY
  const versions =
    isFresh && secretVersion > 1 ? [secretVersion, secretVersion - 1] : [secretVersion]
  return Promise.all(versions.map((version) => deps.secrets.webhookSecret(id, version)))
}
