import { createRoute } from '@hono/zod-openapi'
import { hearAgent, questionsFor, regionOfKey } from '../actions/probes/agents.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { agentReport, agentRound, heard } from './agent-inputs.ts'
import { requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

/** Where agents in other places fetch what they are to ask, and report what they have heard. */
export function agentRoutes(deps: Deps) {
  const app = routes()
  const reporting = {
    tags: ['Agents'],
    security: operatorSecurity,
    middleware: requireScope(deps, 'probes:report'),
  }
  const refusals = { ...operatorProblems, ...problems('conflict') }

  app.openapi(
    createRoute({
      ...reporting,
      method: 'get',
      path: '/api/agent/questions',
      summary: 'What is due in the region of this key, held for it until it answers',
      responses: {
        200: {
          description: 'Each with all that is needed to ask it, and no more.',
          content: { 'application/json': { schema: agentRound } },
        },
        ...refusals,
      },
    }),
    async (c) => {
      const region = regionOfKey(deps, c.get('keyName'))
      return c.json(await questionsFor(deps, region), 200)
    },
  )

  app.openapi(
    createRoute({
      ...reporting,
      method: 'post',
      path: '/api/agent/answers',
      summary: 'Report what was heard; the service judges',
      request: {
        body: { required: true, content: { 'application/json': { schema: agentReport } } },
      },
      responses: {
        200: {
          description: 'Saved. What was ignored had no effect, and need not be sent again.',
          content: { 'application/json': { schema: heard } },
        },
        ...refusals,
      },
    }),
    async (c) => {
      const region = regionOfKey(deps, c.get('keyName'))
      const { accepted, flipped, ignored } = await hearAgent(deps, region, c.req.valid('json'))
      if (flipped > 0) nudge(deps)
      return c.json({ accepted, ignored }, 200)
    },
  )

  return app
}
