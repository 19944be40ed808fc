import type { support as english } from '../en/support.ts'
import type { Translation } from '../translation.ts'

export const support: Translation<typeof english> = {
  'support.title': 'Stimmt etwas anderes nicht?',
  'support.lead': 'Wenn Ihr Problem nicht auf dieser Seite steht, schreiben Sie uns.',
  'support.contact': 'Schreiben Sie an',
  'support.visit': 'Im Web',
  'support.hours': 'Zeiten',
  'support.response': 'Erste Antwort',
  'support.include': 'Damit wir sofort helfen können, nennen Sie bitte',
}
