import type { support as english } from '../en/support.ts'
import type { Translation } from '../translation.ts'

export const support: Translation<typeof english> = {
  'support.title': 'Un autre problème ?',
  'support.lead': 'Si votre problème ne figure pas sur cette page, écrivez-nous.',
  'support.contact': 'Écrire à',
  'support.visit': 'En ligne',
  'support.hours': 'Horaires',
  'support.response': 'Première réponse',
  'support.include': 'Pour que nous puissions vous aider sans attendre, indiquez',
}
