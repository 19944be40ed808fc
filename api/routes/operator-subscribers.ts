import type { Context } from 'hono'
import { eraseSubscriber } from '../actions/subscribers/erasing.ts'
import { beginImport, importSubscribers, showImport } from '../actions/subscribers/importing.ts'
import { nudge } from '../actions/nudge.ts'
import { askAgain } from '../actions/subscribers/reactivating.ts'
import { exportSubscriber, showSubscriber } from '../actions/subscribers/subscriber-history.ts'
import type { Deps } from '../deps.ts'
import { decodeText } from '../domain/csv-text.ts'
import { sha256 } from '../domain/digest.ts'
import { DomainError } from '../domain/error.ts'
import { exportFile, exportQuery } from './imports.ts'
import { parse, routes, statusOf, type Env } from './openapi.ts'
import { signedIn } from './operator.ts'
import { showPage as showConsolePage, visitor } from './operator-pages.ts'
import { subscriberQuery } from './subscribers.ts'

const base = '/operator/subscribers'

/** The console's pages about subscribers: plain forms over the same verbs as the API. */
export function operatorSubscriberRoutes(deps: Deps) {
  const app = routes()
  const mayRead = visitor(deps, 'subscribers:read')
  const mayWrite = signedIn(deps, 'subscribers:write')

  app.get(base, mayRead, (c) => {
    const { search, state, channel, suppressed, page } = c.req.query()
    const asked = { search, state, channel, suppressed, page }
    const given = Object.entries(asked).filter(([, value]) => value)
    parse(subscriberQuery, Object.fromEntries(given))
    return showPage(deps, c, `${base}?${new URLSearchParams(given as [string, string][])}`)
  })

  app.get(`${base}/export.csv`, mayRead, (c) =>
    exportFile(deps, c, parse(exportQuery, c.req.query()).state),
  )

  app.get(`${base}/import`, mayRead, (c) => showPage(deps, c, `${base}/import`))

  app.post(`${base}/import`, mayWrite, async (c) => {
    const { file, csv, ...form } = await c.req.parseBody()
    const bytes =
      file instanceof File && file.size > 0
        ? new Uint8Array(await file.arrayBuffer())
        : new TextEncoder().encode(typeof csv === 'string' ? csv : '')
    const confirmed = form['confirmed'] === 'on'
    try {
      if (form['step'] === 'import') return await startImport(deps, c, bytes, confirmed, form)
      const report = await importSubscribers(deps, c.get('actor'), bytes, {
        confirmed,
        dryRun: true,
      })
      const kept = bytes.length <= MOST_KEPT ? decodeText(bytes) : null
      return await showPage(deps, c, `${base}/import`, { dry_run: { ...report, csv: kept } })
    } catch (error) {
      return refuse(deps, c, `${base}/import`, error)
    }
  })

  app.get(`${base}/imports/:id`, mayRead, async (c) => {
    const { state } = await showImport(deps, c.req.param('id'))
    const page = await showPage(deps, c, `${base}/imports/${encodeURIComponent(c.req.param('id'))}`)
    if (state === 'running') page.headers.set('refresh', '2')
    return page
  })

  app.get(`${base}/:id`, mayRead, async (c) => {
    const { id } = await showSubscriber(deps, c.req.param('id'))
    const said = c.req.query('asked') === undefined ? '' : '?asked'
    return showPage(deps, c, `${base}/${id}${said}`)
  })

  app.get(`${base}/:id/export.json`, mayRead, async (c) => {
    const id = c.req.param('id')
    const held = await exportSubscriber(deps, c.get('actor'), id)
    c.header('content-disposition', `attachment; filename="subscriber-${held.subscriber.id}.json"`)
    return c.body(JSON.stringify(held, null, 2), 200, { 'content-type': 'application/json' })
  })

  app.post(`${base}/:id/ask-again`, mayWrite, (c) =>
    act(deps, c, (id) => askAgain(deps, c.get('actor'), id), '?asked'),
  )

  app.post(`${base}/:id/erase`, mayWrite, (c) =>
    act(deps, c, (id) => eraseSubscriber(deps, c.get('actor'), id)),
  )

  return app
}

/** A larger list is not carried from the report to the import, but chosen again. */
const MOST_KEPT = 1024 * 1024

/** Begins it and goes to the page that tells how far it is. The form's key keeps a double click from doing it twice. */
async function startImport(
  deps: Deps,
  c: Context<Env>,
  file: Uint8Array,
  confirmed: boolean,
  form: Record<string, unknown>,
): Promise<Response> {
  const actor = c.get('actor')
  const requestHash = await sha256(`${confirmed} ${decodeText(file)}`)
  const idempotency = { key: `form ${String(form['form_key'])}`, requestHash }
  const { id, run } = await beginImport(
    deps,
    form['form_key'] ? { ...actor, idempotency } : actor,
    file,
    { confirmed, dryRun: false },
  )
  deps.defer(async () => {
    await run()
    nudge(deps)
  })
  return c.redirect(`${base}/imports/${id}`, 303)
}

/** Does something to one subscriber and shows them again, with why where it was refused. */
async function act(
  deps: Deps,
  c: Context<Env>,
  verb: (id: string) => Promise<void>,
  said = '',
): Promise<Response> {
  const id = c.req.param('id')!
  try {
    await verb(id)
    nudge(deps)
    return c.redirect(`${base}/${id}${said}`, 303)
  } catch (error) {
    return refuse(deps, c, `${base}/${encodeURIComponent(id)}`, error)
  }
}

async function refuse(
  deps: Deps,
  c: Context<Env>,
  path: string,
  error: unknown,
): Promise<Response> {
  if (!(error instanceof DomainError) || ['unavailable', 'not_found'].includes(error.code))
    throw error
  const result = { kind: 'refused', message: error.message, fields: error.fields, values: {} }
  return showPage(deps, c, path, { result }, statusOf[error.code])
}

/** Who looks may write without reading, and then sees nothing of anybody. */
function showPage(
  deps: Deps,
  c: Context<Env>,
  path: string,
  locals: object = {},
  status = 200,
): Promise<Response> {
  return showConsolePage(deps, c, path, locals, status, 'subscribers:read')
}
