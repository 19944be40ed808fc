import { createRoute, z } from '@hono/zod-openapi'
import { once } from '../actions/access/idempotency.ts'
import { nudge } from '../actions/nudge.ts'
import { replay } from '../actions/sending/replaying.ts'
import { stopTelling } from '../actions/sending/stopping.ts'
import { announcementProgress, progressOf } from '../actions/telling/progress.ts'
import type { Deps } from '../deps.ts'
import { replayStates } from '../domain/replay.ts'
import { channels } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'
import { announcementView, progressView, replayView } from './telling-views.ts'

const params = z.object({ id: z.string() })
const about = { tags: ['Telling'], security: operatorSecurity }
const asAnnouncement = { 'application/json': { schema: announcementView } }

export const stopping = z
  .strictObject({
    reason: z.string().trim().max(500).default('').openapi({ description: 'For the audit log.' }),
  })
  .openapi('Stopping')

export const replaying = z
  .strictObject({
    states: z.array(z.enum(replayStates)).min(1).max(replayStates.length).optional().openapi({
      description: 'Absent: `dead` and `expired`.',
    }),
    channels: z.array(z.enum(channels)).min(1).max(channels.length).optional().openapi({
      description: 'Absent: all.',
    }),
    codes: z.array(z.string().max(200).nullable()).min(1).max(50).optional().openapi({
      description: 'Why they were not told, as in `reasons`; null is without a code. Absent: any.',
    }),
    even_if_told: z.boolean().default(false).openapi({
      description: 'Those in state `unknown` too, of whom some will hear it twice.',
    }),
  })
  .transform(({ even_if_told, ...rest }) => ({ ...rest, evenIfTold: even_if_told }))
  .openapi('Replay')

/** How far tellings are, and what an operator can do about them. */
export function announcementRoutes(deps: Deps) {
  const read = { ...about, middleware: requireScope(deps, 'read') }
  const write = {
    ...about,
    middleware: [requireScope(deps, 'incidents:write'), withIdempotencyKey()],
  }
  const app = routes()

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/announcements',
      summary: 'How far the tellings of an incident are',
      request: { query: z.object({ incident_id: z.string() }) },
      responses: {
        200: {
          description: 'Newest first.',
          content: {
            'application/json': { schema: z.object({ announcements: z.array(progressView) }) },
          },
        },
        ...operatorProblems,
      },
    }),
    async (c) => {
      const { incident_id } = c.req.valid('query')
      const progress = await progressOf(deps, [incident_id])
      return c.json({ announcements: progress.get(incident_id) ?? [] }, 200)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/announcements/{id}',
      summary: 'How far one telling is, and why some were not told',
      request: { params },
      responses: {
        200: { description: 'The telling.', content: asAnnouncement },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(await announcementProgress(deps, c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/announcements/{id}/stop',
      summary: 'Tell nobody else',
      request: {
        params,
        headers: idempotencyHeader,
        body: { content: { 'application/json': { schema: stopping } } },
      },
      responses: {
        200: { description: 'Stopped; what is under way ends.', content: asAnnouncement },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const { reason = '' } = c.req.valid('json')
      const actor = c.get('actor')
      await once(deps, actor, () => stopTelling(deps, actor, id, reason))
      nudge(deps)
      return c.json(await announcementProgress(deps, id), 200)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/announcements/{id}/replay',
      summary: 'Tell again who was given up',
      request: {
        params,
        headers: idempotencyHeader,
        body: { content: { 'application/json': { schema: replaying } } },
      },
      responses: {
        200: {
          description: 'They wait to be told once more, for a day.',
          content: { 'application/json': { schema: replayView } },
        },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const answer = await replay(
        deps,
        c.get('actor'),
        c.req.valid('param').id,
        c.req.valid('json'),
      )
      nudge(deps)
      return c.json(answer, 200)
    },
  )

  return app
}
