import type { Context } from 'hono'
import { once } from '../actions/access/idempotency.ts'
import { nudge } from '../actions/nudge.ts'
import { replay, type Replayed } from '../actions/sending/replaying.ts'
import { stopTelling } from '../actions/sending/stopping.ts'
import { announcementProgress } from '../actions/telling/progress.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { replaying, stopping } from './announcements.ts'
import { deliveryQuery } from './deliveries.ts'
import { fieldsOf, type Fields } from './forms.ts'
import { parse, routes, statusOf, type Env } from './openapi.ts'
import { actorOf, signedIn } from './operator.ts'
import { showPage, visitor } from './operator-pages.ts'

const base = '/operator/announcements'

/** The console's page about one telling: plain forms over the same verbs as the API. */
export function operatorTellingRoutes(deps: Deps) {
  const app = routes()
  const mayWrite = signedIn(deps, 'incidents:write')

  app.get(`${base}/:id`, visitor(deps, 'read'), async (c) => {
    const { channel, state, code, page } = c.req.query()
    const asked = Object.entries({ channel, state, code, page })
    parse(deliveryQuery, Object.fromEntries(asked.filter(([, value]) => value !== undefined)))
    const { id } = await announcementProgress(deps, c.req.param('id'))
    return showPage(deps, c, `${base}/${id}${new URL(c.req.url).search}`)
  })

  app.post(`${base}/:id/stop`, mayWrite, (c) =>
    act(deps, c, async (form) => {
      const { reason } = parse(stopping, { reason: form['reason'] })
      const actor = await actorOf(c, form)
      const id = c.req.param('id')
      await once(deps, actor, () => stopTelling(deps, actor, id, reason))
      return ''
    }),
  )

  app.post(`${base}/:id/replay`, mayWrite, (c) =>
    act(deps, c, async (form) => {
      const { channel, state, code, even_if_told } = form
      const asked = parse(replaying, {
        ...(channel === undefined ? {} : { channels: [channel] }),
        ...(state === undefined ? {} : { states: [state] }),
        ...(code === undefined ? {} : { codes: [code === '' ? null : code] }),
        even_if_told: even_if_told === 'on',
      })
      return toldIn(await replay(deps, await actorOf(c, form), c.req.param('id'), asked))
    }),
  )

  return app
}

/** What came of it, for the page that comes next. */
function toldIn({ replayed, left }: Replayed): string {
  const counts = left.map(({ reason, count }) => [reason, String(count)])
  return `?${new URLSearchParams([['replayed', String(replayed)], ...counts])}`
}

/** Does something about a telling and shows it again, with why where it was refused. */
async function act(
  deps: Deps,
  c: Context<Env>,
  verb: (form: Fields) => Promise<string>,
): Promise<Response> {
  const path = `${base}/${encodeURIComponent(c.req.param('id')!)}`
  try {
    const said = await verb(await fieldsOf(c))
    nudge(deps)
    return c.redirect(path + said, 303)
  } catch (error) {
    if (!(error instanceof DomainError) || ['unavailable', 'not_found'].includes(error.code))
      throw error
    const result = { kind: 'refused', message: error.message, fields: error.fields, values: {} }
    return showPage(deps, c, path, { result }, statusOf[error.code])
  }
}
