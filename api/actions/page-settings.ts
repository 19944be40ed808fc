import { page } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { DomainError, type FieldError } from '../domain/error.ts'
import { questionOf } from '../domain/question.ts'
import { complaintsAbout } from '../domain/question-rules.ts'
import { thePage, type Page } from './page.ts'
import { everyDocument } from './publishing/calendar.ts'
import { audit, touch, type Actor } from './save.ts'

export type PageSettings = Partial<Pick<Page, 'canaries' | 'uptimeTarget'>>

/** Changes how the whole page is watched; what shows the target of uptime is published again. */
export async function updatePage(deps: Deps, actor: Actor, change: PageSettings): Promise<Page> {
  const before = await thePage(deps)
  const complaints = (change.canaries ?? []).flatMap((url, index) => canaryRules(deps, url, index))
  const [first] = complaints
  if (first)
    throw new DomainError('invalid', `${first.path}: ${first.message}`, { fields: complaints })
  const after = { ...before, ...change, updatedAt: deps.clock.now() }
  const isMeasuredAnew = after.uptimeTarget !== before.uptimeTarget
  await deps.db.write([
    deps.db.update(page).set({ ...change, updatedAt: after.updatedAt }),
    ...(isMeasuredAnew ? [touch(deps, await everyDocument(deps))] : []),
    audit(deps, actor, 'page.update', 'page', { fields: Object.keys(change) }),
  ])
  return after
}

/** A canary is asked as an http probe is. */
function canaryRules(deps: Deps, url: string, index: number): FieldError[] {
  const { question } = questionOf('http', { url })
  const complaints = [
    ...complaintsAbout(question),
    ...(deps.probers.http.complaintsAbout?.(question as never) ?? []),
  ]
  return complaints.map(({ message }) => ({ path: `canaries.${index}`, message }))
}
