import type { FieldError } from '../api/domain/error.ts'
import type { ConsoleView } from '../api/routes/console-view.ts'
import type { Result } from './result.ts'

type Refusal = Extract<Result, { kind: 'refused' }>

/** A form of the console: fresh, or come back with what had been typed and what was wrong with it, if anything. */
export type Form = { action: string; refusal: Refusal | null }

export function formOf(
  action: string,
  { result, form_action }: Pick<App.Locals, 'result' | 'form_action'>,
): Form {
  return {
    action,
    refusal: result?.kind === 'refused' && form_action === action ? result : null,
  }
}

export function formId(action: string): string {
  return `form${action.replace('/operator', '').replaceAll('/', '-')}`
}

export function fieldId(action: string, field: string): string {
  return `${formId(action)}-${field}`
}

/** What a field holds: what had been typed, if the form came back. */
export function valueOf({ refusal }: Form, field: string, initial = ''): string {
  return refusal ? ([refusal.values[field] ?? ''].flat()[0] ?? '') : initial
}

export function errorOf({ refusal }: Form, field: string): string | undefined {
  return refusal?.fields.find(({ path }) => fieldOf(path) === field)?.message
}

/** The field of a form that a path of the API is about. */
export function fieldOf(path: string): string {
  const [field = ''] = path.split('.')
  return field === 'next_update_at' ? 'next_update_min' : field
}

const labels = [
  'name',
  'body',
  'status',
  'severity',
  'impact',
  'components',
  'next_update_min',
  'issue',
  'root_cause',
  'fix',
  'postmortem_url',
] as const

export function labelOf(field: string): `console.field.${(typeof labels)[number]}` | undefined {
  const known = labels.find((label) => label === field)
  return known && `console.field.${known}`
}

/** Whether the form that was sent is still on the page: its incident may have been resolved meanwhile. */
export function isShown({ incidents }: ConsoleView, action: string): boolean {
  const [, noun, id, verb] = action.split('/').slice(1)
  if (noun !== 'incidents' || id === undefined) return true
  const incident = incidents.find((candidate) => candidate.id === id)
  if (!incident) return false
  if (verb === 'all-clear' && incident.proposed_all_clear) return true
  return verb === 'updates' || incident.draft === (verb !== 'all-clear')
}

const texts = ['name', 'body', 'issue', 'root_cause', 'fix', 'impact', 'postmortem_url']

/** The words that a form carried, worth keeping when the form itself is gone. */
export function wordsOf({ values }: Refusal): FieldError[] {
  return texts.flatMap((path) => {
    const text = [values[path] ?? ''].flat()[0]
    return text ? [{ path, message: text }] : []
  })
}
