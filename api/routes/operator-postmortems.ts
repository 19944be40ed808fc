import { once } from '../actions/access/idempotency.ts'
import { findEither } from '../actions/incidents/timeline.ts'
import { publishPostmortem, writePostmortem } from '../actions/incidents/postmortems.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { summaryLines } from '../domain/postmortem.ts'
import { optional, type Fields } from './forms.ts'
import { parse, routes } from './openapi.ts'
import { actorOf, signedIn } from './operator.ts'
import { answerOn, showPage, visitor } from './operator-pages.ts'
import { postmortemEdit } from './postmortem-views.ts'

const pathOf = (id: string) => `/operator/incidents/${id}/postmortem`

/** The console's page about one post-mortem: saved as often as wanted, looked at, published. */
export function operatorPostmortemRoutes(deps: Deps) {
  const app = routes()
  const route = '/operator/incidents/:id/postmortem'

  app.get(route, visitor(deps, 'read'), async (c) => {
    const { id } = await findEither(deps, c.req.param('id'))
    return showPage(deps, c, pathOf(id) + new URL(c.req.url).search)
  })

  app.post(route, signedIn(deps, 'incidents:write'), async (c) => {
    const { id } = await findEither(deps, c.req.param('id'))
    const path = pathOf(id)
    return answerOn(deps, c, path, async (form) => {
      const edit = parse(postmortemEdit, editIn(form))
      if (form['do'] === 'preview') return showPage(deps, c, path, previewed(path, form))
      const actor = await actorOf(c, form)
      const isPublished = form['do'] === 'publish' || form['do'] === 'publish_quietly'
      await once(deps, actor, async () => {
        if (isPublished) await publishPostmortem(deps, actor, id, form['do'] === 'publish', edit)
        else await writePostmortem(deps, actor, id, edit)
        return id
      })
      nudge(deps)
      return `${path}?${isPublished ? 'published' : 'saved'}`
    })
  })

  return app
}

/** The form once more, with what would become of it. */
function previewed(path: string, form: Fields) {
  return {
    result: { kind: 'refused', message: '', fields: [], values: form, filled: true },
    form_action: path,
  }
}

function editIn(form: Fields) {
  const texts = (field: string) => [form[field] ?? []].flat()
  const version = optional(form['version'])
  return {
    // Browsers send line breaks as two characters.
    body: String(form['body'] ?? '').replaceAll('\r\n', '\n'),
    summary: {
      ...Object.fromEntries(summaryLines.map((line) => [line, form[line] ?? ''])),
      action_items: texts('action_what[]')
        .map((what, index) => ({
          what,
          owner: texts('action_owner[]')[index],
          due: optional(texts('action_due[]')[index]),
        }))
        .filter(({ what, owner, due }) => what.trim() || owner?.trim() || due),
    },
    ...(version === undefined ? {} : { version: Number(version) }),
  }
}
