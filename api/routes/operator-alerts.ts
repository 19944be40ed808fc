import type { Context } from 'hono'
import { once } from '../actions/access/idempotency.ts'
import { setAlertStatus } from '../actions/alerts/moving.ts'
import { endPreviousSecret, rotateSecret } from '../actions/alerts/rotating.ts'
import { createSource, deleteSource, updateSource } from '../actions/alerts/sources.ts'
import type { Deps } from '../deps.ts'
import { alertSourceEdit, newAlertSource, showSecret } from './alert-sources.ts'
import { alertMove, alertQuery } from './alerts.ts'
import { fieldsOf, optional, type Fields } from './forms.ts'
import { parse, routes, type Env } from './openapi.ts'
import { actorOf, answerForm, signedIn } from './operator.ts'
import { answerOn, showPage, visitor } from './operator-pages.ts'

const [alertsPage, sourcesPage] = ['/operator/alerts', '/operator/alert-sources']

/** The console's pages about alerts and the systems that send them: plain forms over the same verbs as the API. */
export function operatorAlertRoutes(deps: Deps) {
  const app = routes()
  const mayRead = visitor(deps, 'read')
  const mayMove = signedIn(deps, 'incidents:write')
  const mayChange = signedIn(deps, 'probes:write')

  app.get(alertsPage, mayRead, (c) => {
    const { status = 'live', ...asked } = c.req.query()
    const given = Object.entries(asked).filter(([, value]) => value !== '')
    parse(alertQuery, { ...Object.fromEntries(given), ...(status === 'all' ? {} : { status }) })
    return showPage(deps, c, `${alertsPage}?${new URLSearchParams([['status', status], ...given])}`)
  })

  app.post(`${alertsPage}/:id`, mayMove, async (c) => {
    const move = async (form: Fields) => {
      const { status, reason } = parse(alertMove, {
        status: form['status'],
        reason: form['reason'] ?? '',
      })
      await setAlertStatus(deps, c.get('actor'), c.req.param('id'), status, reason)
    }
    if ((await fieldsOf(c))['on'] === 'alerts')
      return answerOn(deps, c, alertsPage, async (form) => {
        await move(form)
        return alertsPage
      })
    return answerForm(deps, c, async (form) => {
      await move(form)
      return '/operator'
    })
  })

  app.get(sourcesPage, mayRead, (c) => showPage(deps, c, sourcesPage))

  app.post(sourcesPage, mayChange, (c) =>
    answerOn(deps, c, sourcesPage, async (form) => {
      const input = parse(newAlertSource, {
        key: form['key'],
        name: form['name'],
        kind: form['kind'],
        component: optional(form['component']),
        secret: optional(form['secret']),
      })
      const actor = await actorOf(c, form)
      const key = await once(deps, actor, async () => {
        await createSource(deps, actor, input)
        return input.key
      })
      return tellSecret(deps, c, key)
    }),
  )

  app.post(`${sourcesPage}/:key/rotate`, mayChange, (c) =>
    answerOn(deps, c, sourcesPage, async (form) => {
      const actor = await actorOf(c, form)
      const key = c.req.param('key')
      await once(deps, actor, async () => {
        await rotateSecret(deps, actor, key)
        return key
      })
      return tellSecret(deps, c, key)
    }),
  )

  app.post(`${sourcesPage}/:key/end-previous`, mayChange, (c) =>
    answerOn(deps, c, sourcesPage, async () => {
      const key = c.req.param('key')
      await endPreviousSecret(deps, c.get('actor'), key)
      return `${sourcesPage}#source-${key}`
    }),
  )

  app.post(`${sourcesPage}/:key/secret`, mayChange, (c) =>
    answerOn(deps, c, sourcesPage, async (form) => {
      const { secret } = parse(alertSourceEdit, { secret: form['secret'] })
      const key = c.req.param('key')
      await updateSource(deps, c.get('actor'), key, { secret })
      return `${sourcesPage}#source-${key}`
    }),
  )

  app.post(`${sourcesPage}/:key/remove`, mayChange, (c) =>
    answerOn(deps, c, sourcesPage, async () => {
      await deleteSource(deps, c.get('actor'), c.req.param('key'))
      return sourcesPage
    }),
  )

  return app
}

/** Not a redirect: the page that shows a secret is the only one. */
async function tellSecret(deps: Deps, c: Context<Env>, key: string): Promise<Response> {
  const { secret } = await showSecret(deps, key)
  return showPage(deps, c, sourcesPage, { alert_secret: { key, secret } })
}
