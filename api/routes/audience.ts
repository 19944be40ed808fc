import { createRoute, z } from '@hono/zod-openapi'
import { timedAudienceOf } from '../actions/telling/audience-time.ts'
import type { Deps } from '../deps.ts'
import { natures } from '../domain/announcement.ts'
import { announcementKinds, componentStatuses, impacts } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

const component = z
  .strictObject({
    id: z.string().optional(),
    key: z.string().optional(),
    status: z.enum(componentStatuses).default('operational'),
  })
  .refine(({ id, key }) => (id === undefined) !== (key === undefined), {
    message: 'must name the component by either id or key',
  })

const question = z
  .strictObject({
    kind: z.enum(announcementKinds.filter((kind) => natures[kind].event !== null)),
    components: z.array(component).max(500).default([]),
    severity: z.string().nullish().openapi({ description: "Key of one of the page's severities." }),
    impact: z.enum(impacts).nullish().openapi({
      description:
        'Absent: follows the severity, then the incident and the statuses of components.',
    }),
    incident_id: z.string().nullish().openapi({
      description: 'The incident that it is about, unless it is a new one.',
    }),
    name: z.string().max(200).default(''),
    body: z.string().max(20_000).default('').openapi({
      description: 'As far as it is written: a longer SMS takes longer.',
    }),
  })
  .openapi('AudienceQuestion')
  .transform(({ incident_id, severity, impact, ...rest }) => ({
    ...rest,
    severity: severity ?? null,
    impact: impact ?? null,
    incidentId: incident_id ?? null,
  }))

const counts = z.object({
  at_once: z.int(),
  held: z.int().openapi({ description: 'Told when their quiet hours end.' }),
  digest: z.int().openapi({ description: 'Told in their daily digest.' }),
  remaining_ms: z.int().nullable().openapi({
    description:
      'Until all who are told at once have been told, what waits before them included; null when unknown.',
  }),
})

const audienceView = z.object({ channels: z.record(z.string(), counts) }).openapi('Audience', {
  example: { channels: { email: { at_once: 2, held: 1, digest: 0, remaining_ms: 1000 } } },
})

export type AudienceView = z.infer<typeof audienceView>

/** Whom a telling would reach, before it is sent. */
export function audienceRoutes(deps: Deps) {
  const app = routes()

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/admin/audience',
      tags: ['Incidents'],
      summary: 'How many would be told of something, by channel',
      security: operatorSecurity,
      middleware: requireScope(deps, 'read'),
      request: { body: { required: true, content: { 'application/json': { schema: question } } } },
      responses: {
        200: {
          description: 'Channels that nobody is told on are left out. Nothing changes.',
          content: { 'application/json': { schema: audienceView } },
        },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json({ channels: await timedAudienceOf(deps, c.req.valid('json')) }, 200),
  )

  return app
}
