import { z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { receiveAlerts } from '../actions/alerts/receiving.ts'
import { secretsOf, type AlertSource } from '../actions/alerts/source-secrets.ts'
import { findSource } from '../actions/alerts/sources.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { generic, readAlerts, type Request } from './alert-payloads.ts'
import { isProved } from './alert-proofs.ts'
import { limiter, meter } from './limit.ts'
import { problems, routes } from './openapi.ts'

const MAX_BODY = 256 * 1024

const received = z
  .object({ received: z.int().openapi({ description: 'Alerts in the request.' }) })
  .openapi('AlertsReceived')

/** Alerts of other systems: 2xx only after they are stored, 5xx where trying again helps, 4xx where it does not. */
export function alertHookRoutes(deps: Deps) {
  const app = routes()
  // A storm of single alerts must come through, a runaway job must not; each costs one small batch.
  const take = limiter(deps, { burst: 1500, perMinute: 3000 })
  const takeOf = meter(deps, { burst: 600, perMinute: 600 })
  const limitBody = bodyLimit({
    maxSize: MAX_BODY,
    onError() {
      throw new DomainError('too_large', `alerts come in at most ${MAX_BODY} bytes at once`)
    },
  })

  // By hand: what a body must look like depends on the kind of its source.
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/hooks/alerts/{source}',
    tags: ['Hooks'],
    summary: 'Alerts of another system',
    description:
      'Alertmanager, Grafana and Sentry send what they always send; anything else sends this JSON. Prove yourself with ' +
      'Standard Webhooks headers, `X-Signature: sha256=<hex HMAC of the body>` or `Authorization: Bearer <secret>`.',
    request: {
      params: z.object({ source: z.string() }),
      body: { required: true, content: { 'application/json': { schema: generic } } },
    },
    responses: {
      200: { description: 'Stored.', content: { 'application/json': { schema: received } } },
      ...problems('invalid', 'unauthenticated', 'forbidden', 'not_found'),
      ...problems('too_large', 'too_many', 'unavailable'),
    },
  })
  app.post('/hooks/alerts/:source', limitBody, async (c) => {
    take(c)
    const source = await findSource(deps, c.req.param('source'))
    const request = { headers: c.req.raw.headers, body: await c.req.text() }
    await requireProof(deps, source, request)
    const alerts = await readAlerts(source.kind, request)
    // A limit of its own for good news: a storm must not drown the word that it is over.
    const isOver = alerts.every(({ state }) => state === 'resolved')
    takeOf(`${source.key} ${isOver ? 'resolved' : 'firing'}`)
    await receiveAlerts(deps, source, alerts, c.get('requestId') ?? null)
    return c.json({ received: alerts.length }, 200)
  })

  return app
}

/** By the secret of now, or the one before while it still works. */
async function requireProof(deps: Deps, source: AlertSource, request: Request): Promise<void> {
  const secrets = await secretsOf(deps, source)
  if (secrets.length === 0)
    throw new DomainError('forbidden', `${source.key} has no secret here yet: enter it`)
  for (const secret of secrets) {
    const proved = await isProved(source.kind, { ...request, secret, now: deps.clock.now() })
    if (proved === null)
      throw new DomainError(
        'unauthenticated',
        'send a signature, or Authorization: Bearer <secret>',
      )
    if (proved) return
  }
  throw new DomainError('forbidden', 'the signature or secret does not fit')
}
