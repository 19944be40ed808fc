import type { Context } from 'hono'
import { createRoute, z } from '@hono/zod-openapi'
import { exportSubscribers } from '../actions/subscribers/exporting.ts'
import { importSubscribers, showImport } from '../actions/subscribers/importing.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { sha256 } from '../domain/digest.ts'
import { DomainError } from '../domain/error.ts'
import { dayOf } from '../domain/time.ts'
import { subscriberStates } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { operatorProblems, operatorSecurity, problems, routes, type Env } from './openapi.ts'
import { importAnswer, importView } from './subscriber-views.ts'

const yes = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')

const about = { tags: ['Subscribers'], security: operatorSecurity }
const csv = { 'text/csv': { schema: z.string() } }

export const exportQuery = z.object({
  state: z.enum(subscriberStates).exclude(['erased']).optional(),
})

/** Lists of subscribers that come and go as files. */
export function importRoutes(deps: Deps) {
  const app = routes()

  app.openapi(
    createRoute({
      ...about,
      method: 'post',
      path: '/api/admin/subscribers/import',
      summary: 'Take in a list of subscribers',
      description:
        'A header row names the columns: `channel,address,components,events,min_impact`, and where wanted `groups`, `updates`, ' +
        "`quiet_from`, `quiet_until`, `digest_at`, `locale`, `time_zone`, `confirmed_at`. Statuspage's and Instatus's own " +
        'columns are read too. Each refused line is told with its number and why; sent again, nothing happens twice.',
      middleware: [requireScope(deps, 'subscribers:write'), keepBytes, withIdempotencyKey()],
      request: {
        headers: idempotencyHeader,
        query: z.object({
          confirmed: yes.openapi({
            description: 'Those listed have agreed before; otherwise each is asked to confirm.',
          }),
          dry_run: yes.openapi({ description: 'Says what would happen, and changes nothing.' }),
        }),
        body: { required: true, content: csv },
      },
      responses: {
        200: {
          description: 'What became of each line.',
          content: { 'application/json': { schema: importAnswer } },
        },
        ...operatorProblems,
        ...problems('conflict', 'too_large'),
      },
    }),
    async (c) => {
      const { confirmed, dry_run } = c.req.valid('query')
      const file = new Uint8Array(await c.req.arrayBuffer())
      const actor = await actorOf(c, JSON.stringify({ confirmed, dry_run }))
      const answer = await importSubscribers(deps, actor, file, { confirmed, dryRun: dry_run })
      nudge(deps)
      return c.json(answer, 200)
    },
  )

  app.openapi(
    createRoute({
      ...about,
      method: 'get',
      path: '/api/admin/imports/{id}',
      summary: 'How far an import is',
      middleware: requireScope(deps, 'subscribers:read'),
      request: { params: z.object({ id: z.string() }) },
      responses: {
        200: {
          description: 'The import.',
          content: { 'application/json': { schema: importView } },
        },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(await showImport(deps, c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      ...about,
      method: 'get',
      path: '/api/admin/subscribers/export.csv',
      summary: 'All subscribers as a list that can be imported',
      middleware: requireScope(deps, 'subscribers:read'),
      request: { query: exportQuery },
      responses: {
        200: {
          description: 'RFC 4180; cells that a spreadsheet would run begin with an apostrophe.',
          content: csv,
        },
        ...operatorProblems,
      },
    }),
    async (c) => (await exportFile(deps, c, c.req.valid('query').state)) as never,
  )

  return app
}

export async function exportFile(
  deps: Deps,
  c: Context<Env>,
  state: z.infer<typeof exportQuery>['state'],
): Promise<Response> {
  const file = await exportSubscribers(deps, c.get('actor'), state)
  const day = dayOf(deps.clock.now(), 'Etc/UTC')
  return new Response(file, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="subscribers-${day}.csv"`,
      'cache-control': 'no-store',
    },
  })
}

/** Read as bytes before anybody reads it as text: not every spreadsheet writes UTF-8. */
async function keepBytes(c: Context<Env>, next: () => Promise<void>): Promise<void> {
  if (!/^text\/csv\b/i.test(c.req.header('content-type') ?? ''))
    throw new DomainError('invalid', 'send the list as text/csv')
  await c.req.arrayBuffer()
  await next()
}

/** The same file with other wishes is another request. */
async function actorOf(c: Context<Env>, wishes: string) {
  const { idempotency, ...actor } = c.get('actor')
  if (!idempotency) return actor
  const requestHash = await sha256(`${idempotency.requestHash} ${wishes}`)
  return { ...actor, idempotency: { ...idempotency, requestHash } }
}
