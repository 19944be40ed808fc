import { createRoute, z } from '@hono/zod-openapi'
import { confirmByCode } from '../actions/subscribers/confirming.ts'
import { nudge } from '../actions/nudge.ts'
import { subscribe } from '../actions/subscribers/subscribing.ts'
import { managePage, subscribePage } from '../actions/subscribers/subscription-pages.ts'
import type { Deps } from '../deps.ts'
import { networkOf } from '../domain/network.ts'
import { limiter } from './limit.ts'
import { nextStep, nextSteps } from './next-step.ts'
import { problems, routes } from './openapi.ts'
import { newSubscriber, verification } from './subscriber-inputs.ts'
import { managePageView, subscribePageView } from './subscription-views.ts'

/** Subscribing by API, and what the pages about a subscription show. */
export function subscribingRoutes(deps: Deps) {
  const app = routes()
  const take = limiter(deps, { burst: 30, perMinute: 10 })

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/subscribers',
      tags: ['Subscribers'],
      summary: 'Ask for a subscription; the address itself is asked to confirm',
      description: 'The answer is the same whether the address is known or not.',
      request: {
        body: { required: true, content: { 'application/json': { schema: newSubscriber } } },
      },
      responses: {
        202: {
          description:
            'A link, a code or a challenge is on its way if the address can be subscribed; `next` says where it is answered.',
          content: {
            'application/json': {
              schema: z.object({
                status: z.literal('accepted'),
                next: z.enum(nextSteps),
              }),
            },
          },
        },
        ...problems('invalid', 'too_many', 'unavailable'),
      },
    }),
    async (c) => {
      take(c)
      const consent = { source: 'api', ip: networkOf(c.env?.clientIp) }
      const { channel } = await subscribe(
        deps,
        { ...c.req.valid('json'), consent },
        c.get('requestId') ?? null,
      )
      nudge(deps)
      return c.json({ status: 'accepted' as const, next: nextStep[channel] }, 202)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/subscribers/verify',
      tags: ['Subscribers'],
      summary: 'Confirm a number by the code that was sent to it',
      request: {
        body: { required: true, content: { 'application/json': { schema: verification } } },
      },
      responses: {
        200: {
          description: 'Confirmed, now or before.',
          content: {
            'application/json': {
              schema: z.object({
                status: z.literal('active'),
                already: z.boolean(),
                manage_url: z.url(),
              }),
            },
          },
        },
        ...problems('invalid', 'too_many', 'unavailable'),
      },
    }),
    async (c) => {
      take(c)
      const confirmed = await confirmByCode(deps, c.req.valid('json'), c.get('requestId') ?? null)
      return c.json({ status: 'active' as const, ...confirmed }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/pages/subscribe',
      tags: ['Pages'],
      summary: 'What can be subscribed to',
      responses: {
        200: {
          description: 'The choices.',
          content: { 'application/json': { schema: subscribePageView } },
        },
        ...problems('unavailable'),
      },
    }),
    async (c) => c.json(await subscribePage(deps), 200),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/pages/manage',
      tags: ['Pages'],
      summary: "A subscriber's own choices",
      request: { query: z.object({ token: z.string().max(200) }) },
      responses: {
        200: {
          description: 'The subscription of this link.',
          content: { 'application/json': { schema: managePageView } },
        },
        ...problems('invalid', 'not_found', 'unavailable'),
      },
    }),
    async (c) => {
      c.header('cache-control', 'no-store')
      return c.json(await managePage(deps, c.req.valid('query').token), 200)
    },
  )

  return app
}
