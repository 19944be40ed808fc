import type { Context } from 'hono'
import { once } from '../actions/access/idempotency.ts'
import { amendMaintenance, rescheduleMaintenance } from '../actions/maintenances/changing.ts'
import { findMaintenance } from '../actions/maintenances/maintenances.ts'
import {
  cancelMaintenance,
  completeMaintenance,
  startMaintenance,
  updateMaintenance,
  verifyMaintenance,
} from '../actions/maintenances/moving.ts'
import { scheduleMaintenance } from '../actions/maintenances/scheduling.ts'
import { nudge } from '../actions/nudge.ts'
import { thePage } from '../actions/page.ts'
import type { Actor } from '../actions/save.ts'
import type { Deps } from '../deps.ts'
import type { Fields } from './forms.ts'
import { instantsOf, planOf, sayingOf, worksOf } from './maintenance-forms.ts'
import {
  maintenanceChange,
  maintenanceMove,
  maintenanceUpdate,
  maintenanceWindow,
  newMaintenance,
} from './maintenance-inputs.ts'
import { parse, routes, type Env } from './openapi.ts'
import { actorOf, signedIn } from './operator.ts'
import { answerOn, showPage, visitor } from './operator-pages.ts'

const base = '/operator/maintenances'

const steps = {
  start: startMaintenance,
  verify: verifyMaintenance,
  complete: completeMaintenance,
  cancel: cancelMaintenance,
}

/** The console's pages about maintenance: plain forms over the same verbs as the API. Local times are the page's zone's. */
export function operatorMaintenanceRoutes(deps: Deps) {
  const app = routes()
  const mayRead = visitor(deps, 'read')
  const mayWrite = signedIn(deps, 'incidents:write')

  /** A form on the page of a maintenance: its verb is done once per form, and the page is shown again. */
  function change(
    c: Context<Env>,
    verb: (actor: Actor, id: string, form: Fields) => Promise<void>,
  ): Promise<Response> {
    const id = c.req.param('id')!
    return answerOn(deps, c, pathOf(id), async (form) => {
      const actor = await actorOf(c, form)
      await once(deps, actor, async () => {
        await verb(actor, id, form)
        return id
      })
      nudge(deps)
      return pathOf(id)
    })
  }

  app.get(base, mayRead, (c) => showPage(deps, c, `${base}${new URL(c.req.url).search}`))

  app.get(`${base}/new`, mayRead, (c) => showPage(deps, c, `${base}/new`))

  app.post(`${base}/new`, mayWrite, (c) =>
    answerOn(deps, c, `${base}/new`, async (form) => {
      const { timeZone } = await thePage(deps)
      const window = instantsOf(form, ['scheduled_for', 'scheduled_until'], timeZone)
      const notify = form['notify'] === 'on'
      const input = parse(newMaintenance, { ...worksOf(form), ...window, ...planOf(form), notify })
      const actor = await actorOf(c, form)
      const id = await once(deps, actor, () => scheduleMaintenance(deps, actor, input))
      nudge(deps)
      return `${pathOf(id)}?made`
    }),
  )

  app.get(`${base}/:id`, mayRead, async (c) => {
    const { id } = await findMaintenance(deps, c.req.param('id'))
    return showPage(deps, c, `${pathOf(id)}${new URL(c.req.url).search}`)
  })

  for (const [step, take] of Object.entries(steps))
    app.post(`${base}/:id/${step}`, mayWrite, (c) =>
      change(c, (actor, id, form) => take(deps, actor, id, parse(maintenanceMove, sayingOf(form)))),
    )

  app.post(`${base}/:id/updates`, mayWrite, (c) =>
    change(c, (actor, id, form) =>
      updateMaintenance(
        deps,
        actor,
        id,
        parse(maintenanceUpdate, { body: form['body'], notify: form['notify'] === 'on' }),
      ),
    ),
  )

  app.post(`${base}/:id/reschedule`, mayWrite, (c) =>
    change(c, async (actor, id, form) => {
      const { timeZone } = await thePage(deps)
      const window = instantsOf(form, ['scheduled_for', 'scheduled_until'], timeZone)
      const input = parse(maintenanceWindow, { ...window, ...sayingOf(form) })
      await rescheduleMaintenance(deps, actor, id, input)
    }),
  )

  // Under way only its end can change: it is chosen, not typed.
  app.post(`${base}/:id/extend`, mayWrite, (c) =>
    change(c, async (actor, id, form) => {
      const until = { scheduled_until: form['scheduled_until'] }
      const input = parse(maintenanceWindow, { ...until, ...sayingOf(form) })
      await rescheduleMaintenance(deps, actor, id, input)
    }),
  )

  app.post(`${base}/:id/settings`, mayWrite, (c) =>
    answerOn(deps, c, pathOf(c.req.param('id')), async (form) => {
      const id = c.req.param('id')
      const sent = parse(maintenanceChange, { name: form['name'], ...planOf(form) })
      await amendMaintenance(deps, c.get('actor'), id, sent)
      nudge(deps)
      return `${pathOf(id)}?saved`
    }),
  )

  return app
}

function pathOf(id: string): string {
  return `${base}/${encodeURIComponent(id)}`
}
