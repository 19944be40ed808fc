import type { FieldError } from '../api/domain/error.ts'
import type { MessageKey, Say } from '../api/domain/message.ts'

/** What a form's field is called where the form shows it. */
const labels: Record<string, MessageKey> = {
  address: 'refused.address',
  consent: 'refused.consent',
  components: 'manage.components',
  groups: 'manage.components',
  events: 'manage.events',
  min_impact: 'manage.min_impact',
}

/** What was wrong, field by field where fields are named, in the words of the form. */
export function mistakesIn(message: string, fields: FieldError[], say: Say): string[] {
  if (fields.length === 0) return [message]
  return fields.map((field) => {
    const label = labels[field.path.split('.')[0]!]
    return say('refused.field', { field: label ? say(label) : field.path, message: field.message })
  })
}
