import { createRoute, z } from '@hono/zod-openapi'
import { iso } from '../actions/page.ts'
import { tryProbe, type Trial, type Tried } from '../actions/probes/trying.ts'
import type { Actor } from '../actions/save.ts'
import type { Deps } from '../deps.ts'
import { probeKinds } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { meter } from './limit.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'
import { settings, settingsOf } from './probe-inputs.ts'
import { questionShape, withQuestion } from './question-inputs.ts'
import { instant } from './views.ts'

export const trial = z
  .strictObject({
    probe: z.string().optional().openapi({
      description: 'Id or key of a probe: what is left out is as it is kept, secrets included.',
    }),
    kind: z.enum(probeKinds).optional(),
    ...questionShape,
    ...settings.shape,
  })
  .openapi('ProbeTrial')
  .transform(({ probe, kind, ...sent }): Trial => {
    const { question, rest } = withQuestion(sent)
    return { ...settingsOf(rest), question, ...(probe && { probe }), ...(kind && { kind }) }
  })

const trialView = z
  .object({
    target: z.string(),
    outcome: z.enum(['ok', 'slow', 'failed', 'refused']).openapi({
      description: 'refused: we would not ask this, or could not because of ourselves.',
    }),
    latency_ms: z.number().nullable(),
    status: z.int().nullable().openapi({ description: 'http: what the target said.' }),
    reason: z.string().openapi({ description: 'Empty when all is well.' }),
    certificate_expires_at: instant.nullable(),
  })
  .openapi('ProbeTried')

export type TrialView = z.infer<typeof trialView>

/** Asking once without keeping anything: what a form shows before somebody trusts it. */
export function probeTryingRoutes(deps: Deps) {
  const app = routes()
  const trying = trier(deps)

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/admin/probes/try',
      tags: ['Probes'],
      security: operatorSecurity,
      middleware: requireScope(deps, 'probes:write'),
      summary: 'Ask once as a probe would, and keep nothing',
      request: {
        body: { required: true, content: { 'application/json': { schema: trial } } },
      },
      responses: {
        200: {
          description: 'What the target answered.',
          content: { 'application/json': { schema: trialView } },
        },
        ...operatorProblems,
        ...problems('not_found', 'conflict', 'too_many'),
      },
    }),
    async (c) => c.json(await trying(c.get('actor'), c.req.valid('json')), 200),
  )

  return app
}

/** Each key may ask so often: the answer comes from somebody else's machine. */
const pace = { burst: 10, perMinute: 30 }

const triers = new WeakMap<Deps, (actor: Actor, trial: Trial) => Promise<TrialView>>()

/** One pace for the API and the console. */
export function trier(deps: Deps): (actor: Actor, trial: Trial) => Promise<TrialView> {
  const known = triers.get(deps)
  if (known) return known
  const take = meter(deps, pace)
  const made = async (actor: Actor, asked: Trial) => {
    take(actor.id)
    return viewOfTrial(await tryProbe(deps, actor, asked))
  }
  triers.set(deps, made)
  return made
}

function viewOfTrial({ target, sample, degraded_ms }: Tried): TrialView {
  const { outcome, latency_ms, status, reason, certificate } = sample
  const isSlow = degraded_ms !== null && (latency_ms ?? 0) > degraded_ms
  return {
    target,
    outcome: outcome === 'ok' && isSlow ? 'slow' : outcome === 'unchanged' ? 'ok' : outcome,
    latency_ms: latency_ms === null ? null : Math.round(latency_ms),
    status,
    reason,
    certificate_expires_at: certificate ? iso(certificate.expires_at) : null,
  }
}
