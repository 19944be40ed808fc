import { summaryLines, type PostmortemSummary } from '../api/domain/postmortem.ts'
import type { PostmortemView } from '../api/routes/postmortem-views.ts'
import type { Form } from './form.ts'
import type { Voice } from './voice.ts'

type Action = { what: string; owner: string; due: string }

/** What the form of a post-mortem holds: what was typed, else what is saved, else the words to begin with. */
export type Words = {
  body: string
  lines: Record<(typeof summaryLines)[number], string>
  actions: Action[]
}

export function wordsOf({ refusal }: Form, view: PostmortemView): Words {
  if (refusal) return typedIn(refusal.values)
  const { body, summary } = view.proposed ?? { body: view.body ?? '', summary: view.summary }
  return {
    body,
    lines: linesOf((line) => summary[line] ?? ''),
    actions: summary.action_items.map(({ what, owner, due }) => ({
      what,
      owner: owner ?? '',
      due: due ?? '',
    })),
  }
}

function typedIn(values: Record<string, string | string[]>): Words {
  const list = (field: string) => [values[field] ?? []].flat()
  return {
    body: list('body')[0] ?? '',
    lines: linesOf((line) => list(line)[0] ?? ''),
    actions: list('action_what[]').map((what, index) => ({
      what,
      owner: list('action_owner[]')[index] ?? '',
      due: list('action_due[]')[index] ?? '',
    })),
  }
}

function linesOf(tell: (line: (typeof summaryLines)[number]) => string): Words['lines'] {
  return Object.fromEntries(summaryLines.map((line) => [line, tell(line)])) as Words['lines']
}

const spare = 2

/** Rows for what follows from it, some of them empty. */
export function rowsOf({ actions }: Words): Action[] {
  const filled = actions.filter(({ what, owner, due }) => what || owner || due)
  return [...filled, ...Array.from({ length: spare }, () => ({ what: '', owner: '', due: '' }))]
}

const text = (typed: string) => typed.trim() || null

/** As it would be published. */
export function summaryOf({ lines, actions }: Words): PostmortemSummary {
  return {
    what_happened: text(lines.what_happened),
    root_cause: text(lines.root_cause),
    affected: text(lines.affected),
    prevention: text(lines.prevention),
    lessons: text(lines.lessons),
    apology: text(lines.apology),
    action_items: actions
      .filter(({ what }) => what.trim())
      .map(({ what, owner, due }) => ({ what, owner: text(owner), due: text(due) })),
  }
}

/** The field that a path of the API is about. */
export function placeOf(path: string): string {
  const [first, second] = path.split('.')
  if (first !== 'summary') return `field-${first}`
  return second === 'action_items' ? 'field-actions' : `field-${second}`
}

/** What such a field is called. */
export function labelOf(place: string, { say }: Voice): string {
  const field = place.slice('field-'.length)
  if (field === 'body') return say('review.body')
  if (field === 'actions') return say('review.actions')
  const line = summaryLines.find((known) => known === field)
  return line ? say(`postmortem.${line}`) : field
}
