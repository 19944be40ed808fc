import { createRoute, z } from '@hono/zod-openapi'
import { nudge } from '../actions/nudge.ts'
import { iso } from '../actions/page.ts'
import { withCountryCode } from '../actions/subscribers/addresses.ts'
import { subscribe } from '../actions/subscribers/subscribing.ts'
import type { Deps } from '../deps.ts'
import { networkOf } from '../domain/network.ts'
import { limiter } from './limit.ts'
import { problems, routes } from './openapi.ts'

const id = z.string().min(1).max(100)

const request = z
  .object({
    subscriber: z
      .object({
        email: z.string().min(1).max(2_000).optional(),
        phone_number: z.string().min(1).max(100).optional(),
        phone_country: z
          .string()
          .regex(/^[a-z]{2}$/i, 'must be a country of two letters, such as us')
          .default('us'),
        endpoint: z.string().min(1).max(2_000).optional(),
        component_id: id.optional(),
        component_ids: z.array(id).max(500).optional(),
        incident_id: id.optional(),
      })
      .refine(
        ({ email, phone_number, endpoint }) => email ?? phone_number ?? endpoint,
        'must have an email, a phone_number or an endpoint',
      ),
  })
  .openapi('StatuspageSubscriberRequest')

type Wanted = z.output<typeof request>['subscriber']

const subscriber = z.object({
  id: z.string(),
  mode: z.enum(['email', 'sms', 'webhook']),
  email: z.string().optional(),
  phone_number: z.string().optional(),
  phone_country: z.string().optional(),
  endpoint: z.string().optional(),
  created_at: z.iso.datetime(),
  skip_confirmation_notification: z.literal(false),
  quarantined_at: z.null(),
  purge_at: z.null(),
})

/** Subscribing as programs written for Statuspage do it (https://developer.statuspage.io, "Subscribers"). */
export function statuspageSubscriberRoutes(deps: Deps) {
  const app = routes()
  const take = limiter(deps, { burst: 30, perMinute: 10 })

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/v2/subscribers.json',
      tags: ['Subscribers'],
      summary: 'The same in the shape of Statuspage; the address itself is asked to confirm',
      description:
        'The answer is the same whether the address is known or not; its `id` opens nothing. Change and leave by the link in every message.',
      request: { body: { required: true, content: { 'application/json': { schema: request } } } },
      responses: {
        201: {
          description:
            'A link, a code or a challenge is on its way if the address can be subscribed.',
          content: { 'application/json': { schema: z.object({ subscriber }) } },
        },
        ...problems('invalid', 'too_many', 'unavailable'),
      },
    }),
    async (c) => {
      take(c)
      const wanted = c.req.valid('json').subscriber
      const consent = { source: 'api', ip: networkOf(c.env?.clientIp) }
      const asked = await subscribe(
        deps,
        { ...addressOf(wanted), ...wishOf(wanted), consent },
        c.get('requestId') ?? null,
      )
      nudge(deps)
      const hash = await deps.secrets.hashAddress(`statuspage:${asked.channel}`, asked.address)
      return c.json({ subscriber: answerOf(wanted, hash, iso(deps.clock.now())) }, 201)
    },
  )

  return app
}

function addressOf({ email, phone_number, phone_country, endpoint }: Wanted) {
  if (endpoint !== undefined) return { channel: 'webhook' as const, address: endpoint }
  if (email !== undefined) return { channel: 'email' as const, address: email }
  return { channel: 'sms' as const, address: withCountryCode(phone_number!, phone_country) }
}

function wishOf({ component_id, component_ids = [], incident_id }: Wanted) {
  const components = [...component_ids, ...(component_id === undefined ? [] : [component_id])]
  return {
    ...(components.length > 0 && { components }),
    ...(incident_id !== undefined && { incidents: [incident_id], only_incidents: true }),
  }
}

function answerOf(wanted: Wanted, hash: string, created_at: string) {
  const { email, phone_number, phone_country, endpoint } = wanted
  return {
    id: hash.slice(0, 12),
    ...(endpoint !== undefined
      ? { mode: 'webhook' as const, endpoint, ...(email !== undefined && { email }) }
      : email !== undefined
        ? { mode: 'email' as const, email }
        : { mode: 'sms' as const, phone_number, phone_country }),
    created_at,
    skip_confirmation_notification: false as const,
    quarantined_at: null,
    purge_at: null,
  }
}
