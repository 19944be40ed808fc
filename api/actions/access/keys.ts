import { and, desc, eq, getTableColumns, isNull, lt, or } from 'drizzle-orm'
import { keys, sessions } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { equalInConstantTime, sha256 } from '../../domain/digest.ts'
import { DomainError } from '../../domain/error.ts'
import { MINUTE } from '../../domain/time.ts'
import { scopes, type Scope } from '../../domain/words.ts'
import { audit, type Actor } from '../save.ts'

/** Whose request it is and what they may do. */
export type Principal = { keyId: string; name: string; scopes: Scope[] }

type Credential = Principal & { secretHash: string; lastUsedAt: number | null }

/** Compared where no key is found, so that unknown ids take as long as wrong secrets. */
const NOBODY = '0'.repeat(64)

/** The principal of `key_id.secret`; null when unknown, wrong, expired or revoked. */
export async function verifyKey(deps: Deps, token: string): Promise<Principal | null> {
  const [, id, secret] = /^([\w-]{3,64})\.([\w-]{16,256})$/.exec(token) ?? []
  if (!id || !secret) return null
  const credential = await findCredential(deps, id)
  const matches = equalInConstantTime(await sha256(secret), credential?.secretHash ?? NOBODY)
  if (!matches || !credential) return null
  noteUse(deps, credential)
  return principalOf(credential)
}

/** A key that may be used now; the one from the environment comes before those in the database. */
export async function findCredential(deps: Deps, id: string): Promise<Credential | null> {
  const [bootstrapId, bootstrapSecret] = deps.config.ADMIN_API_KEY?.split('.') ?? []
  if (bootstrapSecret !== undefined && id === bootstrapId)
    return {
      keyId: id,
      name: 'ADMIN_API_KEY',
      scopes: [...scopes],
      secretHash: await sha256(bootstrapSecret),
      lastUsedAt: deps.clock.now(),
    }
  const [key] = await deps.db.select().from(keys).where(eq(keys.id, id))
  if (!key || key.revokedAt !== null) return null
  if (key.expiresAt !== null && key.expiresAt <= deps.clock.now()) return null
  const { secretHash, lastUsedAt } = key
  return { ...principalOf({ ...key, keyId: key.id }), secretHash, lastUsedAt }
}

export function principalOf(key: { keyId: string; name: string; scopes: string[] }): Principal {
  return {
    keyId: key.keyId,
    name: key.name,
    scopes: scopes.filter((scope) => key.scopes.includes(scope)),
  }
}

/** Once a minute is enough to see which keys are still in use. */
function noteUse(deps: Deps, { keyId, lastUsedAt }: Credential): void {
  const now = deps.clock.now()
  if (lastUsedAt !== null && now - lastUsedAt < MINUTE) return
  const used = or(isNull(keys.lastUsedAt), lt(keys.lastUsedAt, now))
  deps.defer(async () => {
    await deps.db
      .update(keys)
      .set({ lastUsedAt: now })
      .where(and(eq(keys.id, keyId), used))
  })
}

/** Makes a key; `token` is shown this once and cannot be read back. */
export async function createKey(
  deps: Deps,
  actor: Actor,
  input: { name: string; scopes: Scope[]; expires_at?: number | null },
): Promise<{ id: string; token: string }> {
  const id = deps.newId()
  const secret = deps.secrets.newToken()
  await deps.db.write([
    deps.db.insert(keys).values({
      id,
      name: input.name,
      secretHash: await sha256(secret),
      scopes: input.scopes,
      createdAt: deps.clock.now(),
      expiresAt: input.expires_at ?? null,
    }),
    audit(deps, actor, 'key.created', `key:${id}`, { name: input.name, scopes: input.scopes }),
  ])
  return { id, token: `${id}.${secret}` }
}

/** Ends a key and every session it opened; ending it again changes nothing. */
export async function revokeKey(deps: Deps, actor: Actor, id: string): Promise<void> {
  if (id === deps.config.ADMIN_API_KEY?.split('.')[0])
    throw new DomainError('conflict', 'this key comes from ADMIN_API_KEY; change it there')
  const [key] = await deps.db.select().from(keys).where(eq(keys.id, id))
  if (!key) throw new DomainError('not_found', `there is no key ${id}`)
  if (key.revokedAt !== null) return
  await deps.db.write([
    deps.db
      .update(keys)
      .set({ revokedAt: deps.clock.now() })
      .where(and(eq(keys.id, id), isNull(keys.revokedAt))),
    deps.db.delete(sessions).where(eq(sessions.keyId, id)),
    audit(deps, actor, 'key.revoked', `key:${id}`),
  ])
}

/** All keys, the revoked ones too, without their hashes. */
export async function listKeys(deps: Deps) {
  const { secretHash: _hash, ...shown } = getTableColumns(keys)
  return deps.db.select(shown).from(keys).orderBy(desc(keys.createdAt))
}
