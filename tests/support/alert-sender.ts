import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { secretOf } from '../../api/actions/alerts/source-secrets.ts'
import { createSource, findSource } from '../../api/actions/alerts/sources.ts'
import { createApp } from '../../api/app.ts'
import type { AlertSourceKind } from '../../api/domain/words.ts'
import { alerts } from '../../db/schema.ts'
import { shopWorld } from './shop.ts'

const operator = { id: 'tester', requestId: null }

export const hexOf = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest('hex')

/** The headers that Standard Webhooks ask for. */
export function standardHeaders(secret: string, body: string, id: string, at: number) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
  }
}

/** A shop to which one other system may send its alerts. */
export async function hookedWorld(kind: AlertSourceKind, key = 'watcher') {
  const made = await shopWorld()
  const { deps } = made
  const own = kind === 'sentry' ? { secret: 'a-client-secret-of-sentry' } : {}
  await createSource(deps, operator, { key, name: 'Watcher', kind, ...own })
  const app = createApp(deps)
  const secret = (await secretOf(deps, await findSource(deps, key)))!
  const send = (body: string, headers: Record<string, string>, to = key) =>
    Promise.resolve(
      app.fetch(
        new Request(`http://status.example/hooks/alerts/${to}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body,
        }),
      ),
    )
  return Object.assign(made, {
    secret,
    send,
    /** Proved by the secret as it is. */
    say: (body: string | object, headers: Record<string, string> = {}) =>
      send(typeof body === 'string' ? body : JSON.stringify(body), {
        authorization: `Bearer ${secret}`,
        ...headers,
      }),
    /** Signed as Sentry does. */
    ofSentry: (resource: string, body: string) =>
      send(body, {
        'sentry-hook-resource': resource,
        'sentry-hook-signature': hexOf(secret, body),
      }),
    /** What is known, oldest first. */
    known: () => deps.db.select().from(alerts).orderBy(alerts.createdAt),
  })
}
