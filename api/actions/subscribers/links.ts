import { eq } from 'drizzle-orm'
import { subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import type { Places } from '../../domain/letters/letter.ts'
import { formatToken, isConfirmable, parseToken, signedText } from '../../domain/token.ts'
import type { AnnouncementKind } from '../../domain/words.ts'
import type { LinkPurpose as Purpose } from '../../secrets.ts'

export type Subscriber = typeof subscribers.$inferSelect

type Linked = Pick<Subscriber, 'id' | 'challengedAt' | 'tokenVersion'>

/** What a letter leads its receiver to; the same bytes whenever it is asked. Only confirmations hold a way to confirm. */
export async function links(
  deps: Deps,
  subscriber: Linked & Pick<Subscriber, 'locale' | 'timeZone'>,
  kind: AnnouncementKind,
): Promise<Places> {
  const [manage, unsubscribe, confirm, code] = await Promise.all([
    link(deps, 'manage', subscriber),
    link(deps, 'unsubscribe', subscriber),
    kind === 'confirmation' ? link(deps, 'confirm', subscriber) : undefined,
    kind === 'confirmation' ? codeOf(deps, subscriber) : undefined,
  ])
  const { locale, timeZone } = subscriber
  return { confirm, manage, unsubscribe, code, locale, time_zone: timeZone }
}

const paths: Record<Purpose, string> = {
  confirm: '/subscriptions/confirm',
  manage: '/subscriptions/manage',
  unsubscribe: '/unsubscribe',
}

const purposes = Object.keys(paths) as Purpose[]

export async function link(deps: Deps, purpose: Purpose, subscriber: Linked): Promise<string> {
  const stamp = purpose === 'confirm' ? subscriber.challengedAt : subscriber.tokenVersion
  const unsigned = { subscriberId: subscriber.id, stamp }
  const signature = await deps.secrets.sign(purpose, signedText(unsigned))
  return `${deps.publicUrl}${paths[purpose]}?token=${formatToken({ ...unsigned, signature })}`
}

/** The six digits of the running challenge. */
export function codeOf(deps: Deps, subscriber: Pick<Linked, 'id' | 'challengedAt'>) {
  return deps.secrets.code(`${subscriber.id}|${subscriber.challengedAt}`)
}

/** Whose link it is; the token alone is the authority. */
export async function subscriberOf(
  deps: Deps,
  purpose: Purpose,
  text: string,
): Promise<Subscriber> {
  const token = parseToken(text)
  if (!token || !(await deps.secrets.verify(purpose, signedText(token), token.signature)))
    throw invalidLink()
  const [subscriber] = await deps.db
    .select()
    .from(subscribers)
    .where(eq(subscribers.id, token.subscriberId))
  if (!subscriber || subscriber.state === 'erased') throw invalidLink()
  const holds =
    purpose === 'confirm'
      ? isConfirmable(token.stamp, subscriber.challengedAt, deps.clock.now())
      : token.stamp === subscriber.tokenVersion
  if (!holds) throw invalidLink()
  return subscriber
}

/** The language of whom a link was made for, though it may have ended since; null for a link that is not ours. */
export async function localeOfLink(deps: Deps, path: string, text: string): Promise<string | null> {
  const purpose = purposes.find((known) => paths[known] === path)
  const token = parseToken(text)
  if (!purpose || !token) return null
  if (!(await deps.secrets.verify(purpose, signedText(token), token.signature))) return null
  const [found] = await deps.db
    .select({ locale: subscribers.locale })
    .from(subscribers)
    .where(eq(subscribers.id, token.subscriberId))
  return found?.locale ?? null
}

export function invalidLink(): DomainError {
  return new DomainError('not_found', 'this link is not valid, or has expired')
}
