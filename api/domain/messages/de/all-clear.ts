import type { allClear as english } from '../en/all-clear.ts'
import type { Translation } from '../translation.ts'

export const allClear: Translation<typeof english> = {
  'watched.fix':
    'Seit {end} funktioniert es wieder; unsere Überwachung hat es {watched} lang beobachtet.',
  'watched.impact':
    '{components}: von {start} bis {end} ({duration}). {failed} von {checks} Prüfungen schlugen fehl.',
  'watched.impact.unchecked': '{components}: von {start} bis {end} ({duration}).',
  'watched.body':
    'Die Störung ist behoben. Sie dauerte {duration}, von {start} bis {end}. Unsere Überwachung hat danach weitere {watched} lang beobachtet, dass alles wieder funktioniert: {components}.',
}
