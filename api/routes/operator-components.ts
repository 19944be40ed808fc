import { findComponent, updateComponent } from '../actions/components/catalog.ts'
import { nudge } from '../actions/nudge.ts'
import { updatePage } from '../actions/page-settings.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { speak } from '../domain/message.ts'
import { componentEdit } from './catalog-inputs.ts'
import type { Fields } from './forms.ts'
import { parse, routes } from './openapi.ts'
import { signedIn } from './operator.ts'
import { answerOn, showPage, visitor } from './operator-pages.ts'
import { pageEdit } from './page-settings.ts'
import { lines, textOf } from './probe-form-texts.ts'

const [componentsPage, monitoringPage] = ['/operator/components', '/operator/monitoring']

/** The console's pages about one component, and about how the whole page is watched. */
export function operatorComponentRoutes(deps: Deps) {
  const app = routes()
  const mayRead = visitor(deps, 'read')

  app.get(`${componentsPage}/:id`, mayRead, async (c) => {
    const { id } = await findComponent(deps, c.req.param('id'))
    return showPage(deps, c, `${componentsPage}/${id}${new URL(c.req.url).search}`)
  })

  app.post(`${componentsPage}/:id`, signedIn(deps, 'components:write'), async (c) => {
    const { id } = await findComponent(deps, c.req.param('id'))
    const path = `${componentsPage}/${id}`
    return answerOn(deps, c, path, async (form) => {
      const edit = parse(componentEdit, {
        name: form['name'],
        description: textOf({ form, wrong: [] }, 'description').trim() || null,
        depends_on: [form['depends_on[]'] ?? []].flat(),
      })
      await updateComponent(deps, c.get('actor'), id, edit)
      nudge(deps)
      return `${path}?saved`
    })
  })

  app.get(monitoringPage, mayRead, (c) =>
    showPage(deps, c, `${monitoringPage}${new URL(c.req.url).search}`),
  )

  app.post(monitoringPage, signedIn(deps, 'probes:write'), (c) =>
    answerOn(deps, c, monitoringPage, async (form) => {
      const canaries = lines({ form, wrong: [] }, 'canaries')
      const edit = parse(pageEdit, { canaries, uptime_target: targetOf(form) })
      await updatePage(deps, c.get('actor'), edit)
      nudge(deps)
      return `${monitoringPage}?saved`
    }),
  )

  return app
}

function targetOf(form: Fields): number {
  const text = textOf({ form, wrong: [] }, 'uptime_target').trim().replace(/,/, '.')
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const message = speak('en')('monitoring.wrong.number')
  throw new DomainError('invalid', message, { fields: [{ path: 'uptime_target', message }] })
}
