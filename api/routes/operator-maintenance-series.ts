import type { Context } from 'hono'
import { once } from '../actions/access/idempotency.ts'
import { findSeries } from '../actions/maintenances/occurrences.ts'
import { changeSeries, createSeries, endSeries } from '../actions/maintenances/series.ts'
import { previewOf } from '../actions/maintenances/series-views.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import type { Fields } from './forms.ts'
import { planOf, recurrenceOf, worksOf } from './maintenance-forms.ts'
import { newSeries, seriesChange, seriesEnd, seriesPreview } from './maintenance-series-inputs.ts'
import { parse, routes, type Env } from './openapi.ts'
import { actorOf, signedIn } from './operator.ts'
import { answerOn, showPage, visitor } from './operator-pages.ts'

const base = '/operator/maintenances/series'

/** How many dates are looked at before a series is saved. */
const SHOWN = 8

/** The console's pages about maintenance that comes again: its dates are seen before it is saved. */
export function operatorMaintenanceSeriesRoutes(deps: Deps) {
  const app = routes()
  const mayRead = visitor(deps, 'read')
  const mayWrite = signedIn(deps, 'incidents:write')

  /** The form again with its next dates, as long as those have not been seen. */
  async function unseen(c: Context<Env>, path: string, form: Fields): Promise<Response | null> {
    const recurrence = recurrenceOf(form)
    const seen = JSON.stringify(recurrence)
    if (form['seen'] === seen) return null
    const { count: _count, ...asked } = parse(seriesPreview, recurrence)
    const occurrences = previewOf(deps, asked, SHOWN)
    const has_changed = typeof form['seen'] === 'string' && form['seen'] !== ''
    return showPage(deps, c, path, {
      typed: form,
      form_action: path,
      preview: { occurrences, seen, has_changed },
    })
  }

  app.get(`${base}/new`, mayRead, (c) => showPage(deps, c, `${base}/new`))

  app.post(`${base}/new`, mayWrite, (c) =>
    answerOn(deps, c, `${base}/new`, async (form) => {
      const input = parse(newSeries, { ...worksOf(form), ...recurrenceOf(form), ...planOf(form) })
      const again = await unseen(c, `${base}/new`, form)
      if (again) return again
      const actor = await actorOf(c, form)
      const id = await once(deps, actor, () => createSeries(deps, actor, input))
      nudge(deps)
      return `${pathOf(id)}?made`
    }),
  )

  app.get(`${base}/:id`, mayRead, async (c) => {
    const { id } = await findSeries(deps, c.req.param('id'))
    return showPage(deps, c, `${pathOf(id)}${new URL(c.req.url).search}`)
  })

  app.post(`${base}/:id`, mayWrite, (c) => {
    const id = c.req.param('id')
    return answerOn(deps, c, pathOf(id), async (form) => {
      const notify = form['notify'] === 'on'
      const sent = { ...worksOf(form), ...recurrenceOf(form), ...planOf(form), notify }
      const { edit } = parse(seriesChange, sent)
      const again = await unseen(c, pathOf(id), form)
      if (again) return again
      await changeSeries(deps, c.get('actor'), id, edit, notify)
      nudge(deps)
      return `${pathOf(id)}?saved`
    })
  })

  app.post(`${base}/:id/end`, mayWrite, (c) => {
    const id = c.req.param('id')
    return answerOn(deps, c, pathOf(id), async (form) => {
      const actor = await actorOf(c, form)
      const input = parse(seriesEnd, {
        cancel_planned: form['cancel_planned'] === 'on',
        notify: form['notify'] === 'on',
      })
      await once(deps, actor, async () => {
        await endSeries(deps, actor, id, input)
        return id
      })
      nudge(deps)
      return pathOf(id)
    })
  })

  return app
}

function pathOf(id: string): string {
  return `${base}/${encodeURIComponent(id)}`
}
