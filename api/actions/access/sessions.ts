import { eq, lte } from 'drizzle-orm'
import { sessions } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { sha256 } from '../../domain/digest.ts'
import { HOUR } from '../../domain/time.ts'
import { findCredential, principalOf, verifyKey, type Principal } from './keys.ts'
import { audit } from '../save.ts'

const SESSION_LASTS = 12 * HOUR

/** A console sign-in with a key; null when the key is not accepted. */
export async function openSession(
  deps: Deps,
  key: string,
  requestId: string | null = null,
): Promise<{ token: string; expiresAt: number; principal: Principal } | null> {
  const principal = await verifyKey(deps, key)
  if (!principal) return null
  const now = deps.clock.now()
  const expiresAt = now + SESSION_LASTS
  const token = `${principal.keyId}.${deps.secrets.newToken()}`
  await deps.db.write([
    deps.db.delete(sessions).where(lte(sessions.expiresAt, now)),
    deps.db.insert(sessions).values({
      tokenHash: await hashOf(token, await sha256(key.slice(key.indexOf('.') + 1))),
      keyId: principal.keyId,
      createdAt: now,
      expiresAt,
    }),
    audit(deps, { id: principal.keyId, requestId }, 'session.opened', `key:${principal.keyId}`),
  ])
  return { token, expiresAt, principal }
}

/** The principal of a running session; null when it has ended or its key has. */
export async function verifySession(deps: Deps, token: string): Promise<Principal | null> {
  const credential = await findCredential(deps, token.split('.')[0]!)
  if (!credential) return null
  const [session] = await deps.db
    .select()
    .from(sessions)
    .where(eq(sessions.tokenHash, await hashOf(token, credential.secretHash)))
  if (!session || session.expiresAt <= deps.clock.now()) return null
  return principalOf(credential)
}

export async function closeSession(deps: Deps, token: string): Promise<void> {
  const credential = await findCredential(deps, token.split('.')[0]!)
  if (!credential) return
  await deps.db
    .delete(sessions)
    .where(eq(sessions.tokenHash, await hashOf(token, credential.secretHash)))
}

/** Covers the key's secret too: a session does not outlive the secret that opened it. */
function hashOf(token: string, secretHash: string): Promise<string> {
  return sha256(`${token}|${secretHash}`)
}
