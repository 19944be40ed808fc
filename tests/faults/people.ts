import { createClient } from '@libsql/client'
import { eq } from 'drizzle-orm'
import type { Deps } from '../../api/deps.ts'
import type { Preferences } from '../../api/domain/subscription.ts'
import { migrateDatabase } from '../../api/node/database.ts'
import { createSecrets, newId } from '../../api/secrets.ts'
import { openDatabase } from '../../db/client.ts'
import { subscribers } from '../../db/schema.ts'
import { awaitDigests } from '../support/following.ts'
import { subscribePeople } from '../support/shop.ts'
import { urlOf } from './endpoints.ts'
import { pause } from './waiting.ts'

export const secretKey = 'a secret key of the fault tests, long enough'

export type Audience = {
  mails?: number
  texts?: number
  posts?: number
  /** What those with mail want to hear of, and when. */
  wishes?: Partial<Preferences>
  /** Where those with mail live. */
  timeZone?: string
}

/** Everybody who is subscribed. */
export function addressesOf({ mails = 0, texts = 0, posts = 0 }: Audience): string[] {
  return [
    ...Array.from({ length: mails }, (_, n) => `person${n}@example.com`),
    ...Array.from({ length: texts }, (_, n) => `+49151${String(n).padStart(8, '0')}`),
    ...Array.from({ length: posts }, (_, n) => urlOf(n)),
  ]
}

type Place = { databaseUrl: string; dir: string; now(): number }

/** Confirmed subscribers, as a restored backup has them. */
export async function subscribe(
  { databaseUrl, dir, now }: Place,
  { mails = 0, texts = 0, posts = 0, wishes, timeZone }: Audience,
): Promise<void> {
  await migrateDatabase({
    DATABASE_URL: databaseUrl,
    DATABASE_AUTH_TOKEN: undefined,
    DATA_DIR: dir,
  })
  const { database, connect } = openDatabase({
    connect: async () => createClient({ url: databaseUrl, concurrency: 1 }),
    sleep: pause,
    random: Math.random,
  })
  await connect()
  const deps = {
    db: database,
    clock: { now },
    secrets: await createSecrets(secretKey),
    newId,
  } as unknown as Deps
  await subscribePeople(deps, mails, 'email', wishes)
  if (timeZone) await database.update(subscribers).set({ timeZone })
  await subscribePeople(deps, texts, 'sms')
  await subscribePeople(deps, posts, 'webhook')
  const endpoints = await database
    .select({ seq: subscribers.seq })
    .from(subscribers)
    .where(eq(subscribers.channel, 'webhook'))
  for (const [n, { seq }] of endpoints.entries()) {
    const address = urlOf(n)
    const addressHash = await deps.secrets.hashAddress('webhook', address)
    await database.update(subscribers).set({ address, addressHash }).where(eq(subscribers.seq, seq))
  }
  if (wishes?.digest_at) await awaitDigests(deps)
  database.close()
}
