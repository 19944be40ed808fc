import { HOUR, MINUTE } from './time.ts'

export const CONFIRM_LINK_LASTS = 48 * HOUR
export const CODE_LASTS = 10 * MINUTE
export const CODE_TRIES = 5

/**
 * A link token is `v1.<subscriber id>.<stamp>.<signature>`, deterministic so that a repeated mail has the same bytes. The
 * stamp of a confirm link is the start of its challenge, that of the others the subscriber's token version.
 */
export type Token = { subscriberId: string; stamp: number; signature: string }

/** What the signature of a token covers. */
export function signedText({ subscriberId, stamp }: Omit<Token, 'signature'>): string {
  return `v1.${subscriberId}.${stamp.toString(36)}`
}

export function formatToken(token: Token): string {
  return `${signedText(token)}.${token.signature}`
}

export function parseToken(text: string): Token | null {
  const [, subscriberId, stamp, signature] =
    /^v1\.([a-z\d]{12})\.([a-z\d]{1,10})\.([\w-]{22})$/.exec(text) ?? []
  if (!subscriberId || !stamp || !signature) return null
  return { subscriberId, stamp: Number.parseInt(stamp, 36), signature }
}

/** A confirm link holds for the running challenge only, and for two days. */
export function isConfirmable(stamp: number, challengedAt: number, now: number): boolean {
  return stamp === challengedAt && now < challengedAt + CONFIRM_LINK_LASTS
}
