import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKey, listKeys, revokeKey, verifyKey } from '../../../../api/actions/access/keys.ts'
import {
  closeSession,
  openSession,
  verifySession,
} from '../../../../api/actions/access/sessions.ts'
import { DAY, HOUR } from '../../../../api/domain/time.ts'
import { scopes } from '../../../../api/domain/words.ts'
import { auditLog, keys, sessions } from '../../../../db/schema.ts'
import { world, type World } from '../../../support/world.ts'

const bootstrap = 'root-key.a-secret-of-many-letters'
const operator = { id: 'root-key', requestId: 'r1' }
let w: World

beforeEach(async () => {
  w = await world({ env: { ADMIN_API_KEY: bootstrap } })
})
afterEach(() => w[Symbol.asyncDispose]())

test('the key from the environment may do everything', async () => {
  expect(await verifyKey(w.deps, bootstrap)).toEqual({
    keyId: 'root-key',
    name: 'ADMIN_API_KEY',
    scopes: [...scopes],
  })
})

test('a new key is accepted with its scopes, and only its hash is stored', async () => {
  const { id, token } = await createKey(w.deps, operator, { name: 'CI', scopes: ['read'] })
  expect(await verifyKey(w.deps, token)).toEqual({ keyId: id, name: 'CI', scopes: ['read'] })
  await w.settled()
  const [row] = await w.deps.db.select().from(keys)
  expect(JSON.stringify(row)).not.toContain(token.split('.')[1])
  expect(row!.lastUsedAt).toBe(w.clock.now())
  expect(JSON.stringify(await listKeys(w.deps))).not.toContain(row!.secretHash)
  expect(await w.deps.db.select().from(auditLog)).toMatchObject([
    { actor: 'root-key', action: 'key.created', object: `key:${id}`, requestId: 'r1' },
  ])
})

test.each([
  ['an unknown id', 'nobody.a-secret-of-many-letters'],
  ['a wrong secret', 'root-key.a-secret-of-many-lettres'],
  ['a secret with something behind it', `${bootstrap}x`],
  ['no secret', 'root-key'],
  ['nothing', ''],
  ['more than one dot', `${bootstrap}.more`],
])('%s is not accepted', async (_, token) => {
  expect(await verifyKey(w.deps, token)).toBeNull()
})

test('an expired key is not accepted', async () => {
  const { token } = await createKey(w.deps, operator, {
    name: 'short',
    scopes: ['read'],
    expires_at: w.clock.now() + DAY,
  })
  expect(await verifyKey(w.deps, token)).not.toBeNull()
  w.clock.advance(DAY)
  expect(await verifyKey(w.deps, token)).toBeNull()
})

test('a revoked key is not accepted and its sessions end', async () => {
  const { id, token } = await createKey(w.deps, operator, { name: 'lost', scopes: ['read'] })
  const session = await openSession(w.deps, token)
  await revokeKey(w.deps, operator, id)
  await revokeKey(w.deps, operator, id)
  expect(await verifyKey(w.deps, token)).toBeNull()
  expect(await verifySession(w.deps, session!.token)).toBeNull()
  const revoked = await w.deps.db.select().from(auditLog).where(eq(auditLog.action, 'key.revoked'))
  expect(revoked).toHaveLength(1)
})

test('the key from the environment is revoked only there', async () => {
  await expect(revokeKey(w.deps, operator, 'root-key')).rejects.toThrow(/ADMIN_API_KEY/)
  await expect(revokeKey(w.deps, operator, 'nobody')).rejects.toMatchObject({ code: 'not_found' })
})

test('a session stands for its key for twelve hours', async () => {
  const session = await openSession(w.deps, bootstrap, 'r2')
  expect(session!.expiresAt).toBe(w.clock.now() + 12 * HOUR)
  expect((await verifySession(w.deps, session!.token))!.keyId).toBe('root-key')
  expect(JSON.stringify(await w.deps.db.select().from(sessions))).not.toContain(session!.token)
  w.clock.advance(12 * HOUR)
  expect(await verifySession(w.deps, session!.token)).toBeNull()
  await openSession(w.deps, bootstrap)
  expect(await w.deps.db.select().from(sessions)).toHaveLength(1)
})

test('signing out ends the session', async () => {
  const session = await openSession(w.deps, bootstrap)
  await closeSession(w.deps, session!.token)
  expect(await verifySession(w.deps, session!.token)).toBeNull()
})

test('a wrong key opens no session', async () => {
  expect(await openSession(w.deps, 'root-key.something-else-entirely')).toBeNull()
  expect(await verifySession(w.deps, 'root-key.made-up')).toBeNull()
})

test('a session ends when the secret that opened it is replaced', async () => {
  const session = await openSession(w.deps, bootstrap)
  const config = { ...w.deps.config, ADMIN_API_KEY: 'root-key.another-secret-of-letters' }
  expect(await verifySession({ ...w.deps, config }, session!.token)).toBeNull()
})
