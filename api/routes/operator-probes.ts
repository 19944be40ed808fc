import type { Context } from 'hono'
import { z } from 'zod'
import { once } from '../actions/access/idempotency.ts'
import { findComponent } from '../actions/components/catalog.ts'
import { nudge } from '../actions/nudge.ts'
import {
  createProbe,
  findProbe,
  listProbes,
  pauseProbe,
  updateProbe,
} from '../actions/probes/probes.ts'
import { removeProbe } from '../actions/probes/removing.ts'
import { rotateToken } from '../actions/probes/report-tokens.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { probeKinds, type ProbeKind } from '../domain/words.ts'
import type { Fields } from './forms.ts'
import { parse, routes, type Env } from './openapi.ts'
import { actorOf, signedIn } from './operator.ts'
import { answerOn, showPage, visitor } from './operator-pages.ts'
import { readProbeForm, type Known } from './probe-forms.ts'
import { newProbe, probeEdit } from './probe-inputs.ts'
import { trial, trier } from './probe-trying.ts'

const base = '/operator/probes'

export const probeListQuery = z.object({
  search: z.string().max(200).optional(),
  state: z.enum(['failing', 'up', 'unknown', 'paused']).optional(),
  kind: z.enum(probeKinds).optional(),
  component: z.string().max(100).optional(),
  /** The key of the one that was just deleted. */
  deleted: z.string().max(200).optional(),
  page: z.coerce.number().int().min(1).max(10_000).optional(),
})

/** The console's pages about probes: plain forms over the same verbs as the API. */
export function operatorProbeRoutes(deps: Deps) {
  const app = routes()
  const mayRead = visitor(deps, 'read')
  const mayWrite = signedIn(deps, 'probes:write')
  const trying = trier(deps)

  app.get(base, mayRead, (c) => {
    const given = Object.entries(c.req.query()).filter(([, value]) => value !== '')
    parse(probeListQuery, Object.fromEntries(given))
    return showPage(deps, c, `${base}?${new URLSearchParams(given)}`)
  })

  app.get(`${base}/new`, mayRead, (c) => showPage(deps, c, `${base}/new`))

  app.get(`${base}/new/:kind`, mayRead, (c) => {
    const { component } = c.req.query()
    const query = component === undefined ? '' : `?${new URLSearchParams({ component })}`
    return showPage(deps, c, `${base}/new/${kindOf(c)}${query}`)
  })

  app.post(`${base}/new/:kind`, mayWrite, (c) =>
    answerOn(deps, c, `${base}/new/${kindOf(c)}`, async (form) => {
      const kind = kindOf(c)
      const actor = await actorOf(c, form)
      const sent = readProbeForm(kind, form, null)
      const id = await once(deps, actor, async () => {
        const key = await keyFor(deps, kind, form)
        const made = await createProbe(deps, actor, parse(newProbe, { ...sent, key, kind }))
        return made.id
      })
      nudge(deps)
      return `${base}/${id}?made`
    }),
  )

  app.post(`${base}/new/:kind/try`, mayWrite, (c) =>
    answerOn(deps, c, `${base}/new/${kindOf(c)}`, async (form) => {
      const kind = kindOf(c)
      const sent = readProbeForm(kind, asTrial(form), null)
      const tried = await trying(c.get('actor'), parse(trial, { ...sent, kind }))
      return showPage(deps, c, `${base}/new/${kind}`, { tried, typed: form })
    }),
  )

  app.get(`${base}/:id`, mayRead, async (c) => {
    const { id } = await findProbe(deps, c.req.param('id'))
    return showPage(deps, c, `${base}/${id}${new URL(c.req.url).search}`)
  })

  app.get(`${base}/:id/edit`, mayRead, async (c) => {
    const { id } = await findProbe(deps, c.req.param('id'))
    return showPage(deps, c, `${base}/${id}/edit`)
  })

  app.post(`${base}/:id/edit`, mayWrite, (c) =>
    answerOn(deps, c, `${pathOf(c)}/edit`, async (form) => {
      const sent = await readEdit(deps, c, form)
      await updateProbe(deps, c.get('actor'), c.req.param('id'), parse(probeEdit, sent))
      nudge(deps)
      return `${pathOf(c)}?saved`
    }),
  )

  app.post(`${base}/:id/edit/try`, mayWrite, (c) =>
    answerOn(deps, c, `${pathOf(c)}/edit`, async (form) => {
      const sent = await readEdit(deps, c, asTrial(form))
      const asked = parse(trial, { ...sent, probe: c.req.param('id') })
      const tried = await trying(c.get('actor'), asked)
      return showPage(deps, c, `${pathOf(c)}/edit`, { tried, typed: form })
    }),
  )

  app.post(`${base}/:id/try`, mayWrite, (c) =>
    answerOn(deps, c, pathOf(c), async () => {
      const tried = await trying(c.get('actor'), { probe: c.req.param('id'), question: {} })
      return showPage(deps, c, pathOf(c), { tried })
    }),
  )

  for (const [verb, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const)
    app.post(`${base}/:id/${verb}`, mayWrite, (c) =>
      answerOn(deps, c, pathOf(c), async () => {
        await pauseProbe(deps, c.get('actor'), c.req.param('id'), paused)
        nudge(deps)
        return pathOf(c)
      }),
    )

  app.post(`${base}/:id/delete`, mayWrite, (c) =>
    answerOn(deps, c, pathOf(c), async () => {
      const deleted = await removeProbe(deps, c.get('actor'), c.req.param('id'))
      nudge(deps)
      return `${base}?${new URLSearchParams({ deleted })}`
    }),
  )

  app.post(`${base}/:id/rotate`, mayWrite, (c) =>
    answerOn(deps, c, pathOf(c), async () => {
      await rotateToken(deps, c.get('actor'), c.req.param('id'))
      return `${pathOf(c)}#address`
    }),
  )

  return app
}

function pathOf(c: Context<Env>): string {
  return `${base}/${encodeURIComponent(c.req.param('id')!)}`
}

function kindOf(c: Context<Env>): ProbeKind {
  const kind = probeKinds.find((known) => known === c.req.param('kind'))
  if (!kind) throw new DomainError('not_found', `nothing is asked by ${c.req.param('kind')}`)
  return kind
}

/** What is asked has nothing to do with whose it is. */
function asTrial({ component: _component, ...form }: Fields): Fields {
  return form
}

async function readEdit(deps: Deps, c: Context<Env>, form: Fields) {
  const { kind, question, latencyWindow } = await findProbe(deps, c.req.param('id')!)
  const headers = question.kind === 'http' ? question.headers : {}
  const known: Known = { headers, window: latencyWindow }
  return readProbeForm(kind, form, known)
}

/** What was typed, or a name made of the component that nobody has yet. */
async function keyFor(deps: Deps, kind: ProbeKind, form: Fields): Promise<string> {
  const typed = String(form['key'] ?? '').trim()
  if (typed !== '') return typed
  const [component, probes] = await Promise.all([
    findComponent(deps, String(form['component'])),
    listProbes(deps),
  ])
  const taken = new Set(probes.map(({ key }) => key))
  const plain = `${component.key}-${kind}`
  for (let n = 1; ; n++) {
    const key = n === 1 ? plain : `${plain}-${n}`
    if (!taken.has(key)) return key
  }
}
