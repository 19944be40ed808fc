import type { absence as english } from '../en/absence.ts'
import type { Translation } from '../translation.ts'

export const absence: Translation<typeof english> = {
  'absence.links': 'Adónde ir desde aquí',
  'absence.unpublished.title': 'Esta página se está preparando',
  'absence.unpublished':
    'Su primer estado todavía no se ha publicado. Tarda unos segundos; después la página aparecerá aquí por sí sola.',
  'absence.retry': 'Intentarlo de nuevo',
}
