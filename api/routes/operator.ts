import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { discardDraft, publishDraft } from '../actions/incidents/drafts.ts'
import { once } from '../actions/access/idempotency.ts'
import { addUpdate, giveAllClear, openIncident } from '../actions/incidents/incidents.ts'
import { wordsOfTemplate } from '../actions/incidents/wording.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { sha256 } from '../domain/digest.ts'
import { DomainError, type FieldError } from '../domain/error.ts'
import { speak } from '../domain/message.ts'
import { MINUTE } from '../domain/time.ts'
import type { Scope } from '../domain/words.ts'
import { authenticate, requireScope, signIn, signOut } from './auth.ts'
import { fieldsOf, optional, type Fields } from './forms.ts'
import { componentChange, newAllClear, newIncident, newUpdate } from './inputs.ts'
import { parse, routes, statusOf, type Env } from './openapi.ts'

/** The console: plain forms over the same verbs as the API; what was typed is never lost. */
export function operatorRoutes(deps: Deps) {
  const app = routes()
  const mayWrite = signedIn(deps, 'incidents:write')

  app.get('/operator', async (c) => {
    const operator = await authenticate(deps, c)
    if (!operator) return c.redirect('/operator/sign-in', 303)
    if (!operator.scopes.includes('read'))
      throw new DomainError('forbidden', 'this key lacks the scope read')
    return showConsole(deps, c, 200)
  })

  app.get('/operator/sign-in', (c) => show(deps, c, '/operator/sign-in', 200, {}))

  app.post('/operator/sign-in', async (c) => {
    const form = await fieldsOf(c)
    const principal = await signIn(deps, c, String(form['key'] ?? '').trim())
    if (principal) return c.redirect('/operator', 303)
    const result = { kind: 'refused', message: 'operator.sign_in.refused', fields: [], values: {} }
    return show(deps, c, '/operator/sign-in', 401, { result })
  })

  app.post('/operator/sign-out', async (c) => {
    await signOut(deps, c)
    return c.redirect('/operator/sign-in', 303)
  })

  app.post('/operator/incidents', mayWrite, (c) =>
    answerForm(deps, c, async (form) => {
      if (form['use_template']) return showWithTemplate(deps, c, form)
      const input = parse(newIncident, {
        name: form['name'],
        body: form['body'],
        status: optional(form['status']),
        severity: optional(form['severity']),
        impact: optional(form['impact']),
        components: componentsOf(form),
        notify: form['notify'] === 'on',
        next_update_at: nextUpdateOf(deps, form),
        draft: form['draft'] === 'on',
      })
      const actor = await actorOf(c, form)
      const id = await once(deps, actor, () => openIncident(deps, actor, input))
      return `/operator#incident-${id}`
    }),
  )

  app.post('/operator/incidents/:id/updates', mayWrite, (c) =>
    answerForm(deps, c, async (form) => {
      if (form['use_template']) return showWithTemplate(deps, c, form, c.req.param('id'))
      const input = parse(newUpdate, {
        status: form['status'],
        body: form['body'],
        components: componentsOf(form),
        notify: form['notify'] === 'on',
        next_update_at: nextUpdateOf(deps, form),
      })
      const actor = await actorOf(c, form)
      const id = c.req.param('id')
      await once(deps, actor, async () => {
        await addUpdate(deps, actor, id, input)
        return id
      })
      return `/operator#incident-${id}`
    }),
  )

  app.post('/operator/incidents/:id/all-clear', mayWrite, (c) =>
    answerForm(deps, c, async (form) => {
      const { allClear, notify, publish } = parse(newAllClear, {
        issue: form['issue'],
        root_cause: form['root_cause'],
        fix: form['fix'],
        impact: form['impact'],
        postmortem_url: optional(form['postmortem_url']),
        notify: form['notify'] === 'on',
        publish: form['publish'] === 'on',
      })
      const actor = await actorOf(c, form)
      const id = c.req.param('id')
      await once(deps, actor, async () => {
        await giveAllClear(deps, actor, id, allClear, notify, publish)
        return id
      })
      return `/operator#incident-${id}`
    }),
  )

  app.post('/operator/incidents/:id/publish', mayWrite, (c) =>
    answerForm(deps, c, async (form) => {
      await publishDraft(deps, c.get('actor'), c.req.param('id'), form['notify'] === 'on')
      return `/operator#incident-${c.req.param('id')}`
    }),
  )

  app.post('/operator/incidents/:id/discard', mayWrite, (c) =>
    answerForm(deps, c, async () => {
      await discardDraft(deps, c.get('actor'), c.req.param('id'))
      return '/operator'
    }),
  )

  app.post('/operator/demo/:key', signedIn(deps, 'components:write'), (c) =>
    answerForm(deps, c, async (form) => {
      if (!deps.demo?.set(c.req.param('key'), form['broken'] === 'true'))
        throw new DomainError('not_found', 'there is no such demo target')
      return '/operator'
    }),
  )

  return app
}

/** Lets a form pass whose session has the scope; one whose session has ended gets its words back beside the sign-in. */
export function signedIn(deps: Deps, scope: Scope) {
  const authorise = requireScope(deps, scope)
  return createMiddleware<Env>(async function keepWords(c, next) {
    try {
      return await authorise(c, next)
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'unauthenticated') throw error
      const values = await fieldsOf(c)
      const result = { kind: 'refused', message: 'operator.sign_in.ended', fields: [], values }
      return show(deps, c, '/operator/sign-in', 401, { result })
    }
  })
}

/** Runs a form's verb and shows or goes on to what it returns; a refusal shows the form again with what was typed. */
export async function answerForm(
  deps: Deps,
  c: Context<Env>,
  act: (form: Fields) => Promise<string | Response>,
): Promise<Response> {
  const form = await fieldsOf(c)
  try {
    const next = await act(form)
    if (next instanceof Response) return next
    nudge(deps)
    return c.redirect(next, 303)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
    const { message, fields } = error
    const result: Result = { kind: 'refused', message, fields, values: form }
    return showConsole(deps, c, statusOf[error.code], result)
  }
}

/** The form again, with the words of the template that was chosen; what was typed is kept. */
async function showWithTemplate(deps: Deps, c: Context<Env>, form: Fields, incidentId?: string) {
  const { template, name, body, status } = form
  if (!template) return showConsole(deps, c, 200, filledWith(form))
  const words = await wordsOfTemplate(deps, {
    template: String(template),
    ...(incidentId !== undefined && { incidentId }),
    components: parse(z.array(componentChange), componentsOf(form)),
  })
  const typed = String(body ?? '').trim()
  const isTyped = typed !== '' && typed !== speak('en')('console.field.body.initial')
  const values = {
    ...form,
    name: name || words.title,
    body: isTyped ? `${words.body}\n\n${typed}` : words.body,
    // To resolve is to give the all-clear, which has a form of its own.
    status: (words.status === 'resolved' ? null : words.status) ?? status ?? '',
  }
  return showConsole(deps, c, 200, filledWith(values))
}

type Result = {
  kind: 'refused'
  message: string
  fields: FieldError[]
  values: Fields
  filled?: boolean
}

function filledWith(values: Fields): Result {
  return { kind: 'refused', message: '', fields: [], values, filled: true }
}

async function showConsole(deps: Deps, c: Context<Env>, status: number, result?: Result) {
  return show(deps, c, '/operator', status, {
    form_key: deps.newId(),
    ...(result ? { result } : {}),
    form_action: new URL(c.req.url).pathname,
  })
}

export async function show(
  deps: Deps,
  c: Context<Env>,
  path: string,
  status: number,
  locals: object,
) {
  const page = await deps.render(path, locals, c.req.header('cookie'))
  const headers = new Headers(page.headers)
  headers.set('cache-control', 'no-store')
  headers.set('referrer-policy', 'same-origin')
  return new Response(page.body, { status, headers })
}

/** The form carries a key made when it was shown: a double click posts once, other words under it are refused. */
export async function actorOf(c: Context<Env>, form: Fields) {
  const key = form['form_key']
  const actor = c.get('actor')
  if (typeof key !== 'string' || key === '') return actor
  const requestHash = await sha256(JSON.stringify([c.req.path, form]))
  return { ...actor, idempotency: { key: `form ${key}`, requestHash } }
}

/** Fields named `component:<id>`; an empty one leaves the component as it is. */
function componentsOf(form: Fields) {
  return Object.entries(form).flatMap(([field, status]) =>
    field.startsWith('component:') && status !== ''
      ? [{ id: field.slice('component:'.length), status }]
      : [],
  )
}

/** Minutes from now, as a choice is easier at night than a date. */
function nextUpdateOf(deps: Deps, form: Fields): string | undefined {
  const minutes = Number(form['next_update_min'] ?? '')
  if (!Number.isFinite(minutes) || minutes <= 0) return undefined
  return new Date(deps.clock.now() + minutes * MINUTE).toISOString()
}
