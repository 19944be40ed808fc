import type { support as english } from '../en/support.ts'
import type { Translation } from '../translation.ts'

export const support: Translation<typeof english> = {
  'support.title': '¿Hay otro problema?',
  'support.lead': 'Si su problema no aparece en esta página, escríbanos.',
  'support.contact': 'Escribir a',
  'support.visit': 'En la web',
  'support.hours': 'Horario',
  'support.response': 'Primera respuesta',
  'support.include': 'Para que podamos ayudarle cuanto antes, indique',
}
