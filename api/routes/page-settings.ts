import { createRoute, z } from '@hono/zod-openapi'
import { updatePage } from '../actions/page-settings.ts'
import { thePage, type Page } from '../actions/page.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { impacts } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { atLeastOne } from './catalog-inputs.ts'
import { operatorProblems, operatorSecurity, routes } from './openapi.ts'

const MOST_CANARIES = 5

const canaries = z
  .array(z.string().trim().max(2000))
  .max(MOST_CANARIES, `must be at most ${MOST_CANARIES}`)
  .refine((urls) => new Set(urls).size === urls.length, 'must all differ')
  .openapi({
    description:
      'URLs of others that nearly always answer: a silent target goes down only if one of them answers.',
  })
const target = z
  .number('must be a number of percent')
  .min(50, 'must be 50 to 100 percent')
  .max(100, 'must be 50 to 100 percent')
  .openapi({ description: 'Percent of a month that a component should work.' })

export const pageEdit = atLeastOne(
  z.strictObject({ canaries: canaries.optional(), uptime_target: target.optional() }),
)
  .openapi('PageEdit')
  .transform(({ canaries, uptime_target }) => ({
    ...(canaries && { canaries }),
    ...(uptime_target !== undefined && { uptimeTarget: uptime_target }),
  }))

const pageSettingsView = z
  .object({
    name: z.string(),
    canaries: z.array(z.string()),
    uptime_target: z.number(),
    severities: z.array(z.object({ key: z.string(), name: z.string(), impact: z.enum(impacts) })),
  })
  .openapi('PageSettings')

export type PageSettingsView = z.infer<typeof pageSettingsView>

const shown = {
  200: {
    description: 'The settings as they are now.',
    content: { 'application/json': { schema: pageSettingsView } },
  },
  ...operatorProblems,
}

/** How the page as a whole is watched. */
export function pageSettingsRoutes(deps: Deps) {
  const tagged = { tags: ['Page'], security: operatorSecurity }
  const app = routes()

  app.openapi(
    createRoute({
      ...tagged,
      middleware: requireScope(deps, 'read'),
      method: 'get',
      path: '/api/admin/page',
      summary: 'How the page as a whole is watched',
      responses: shown,
    }),
    async (c) => c.json(viewOfSettings(await thePage(deps)), 200),
  )

  app.openapi(
    createRoute({
      ...tagged,
      middleware: requireScope(deps, 'probes:write'),
      method: 'patch',
      path: '/api/admin/page',
      summary: 'Change the canaries or the target of uptime',
      request: {
        body: { required: true, content: { 'application/json': { schema: pageEdit } } },
      },
      responses: shown,
    }),
    async (c) => {
      const after = await updatePage(deps, c.get('actor'), c.req.valid('json'))
      nudge(deps)
      return c.json(viewOfSettings(after), 200)
    },
  )

  return app
}

function viewOfSettings({ name, canaries, uptimeTarget, severities }: Page): PageSettingsView {
  return {
    name,
    canaries,
    uptime_target: uptimeTarget,
    severities: severities.map(({ key, name, impact }) => ({ key, name, impact })),
  }
}
