import type { absence as english } from '../en/absence.ts'
import type { Translation } from '../translation.ts'

export const absence: Translation<typeof english> = {
  'absence.links': 'So geht es weiter',
  'absence.unpublished.title': 'Diese Seite wird gerade vorbereitet',
  'absence.unpublished':
    'Ihr erster Stand ist noch nicht veröffentlicht. Das dauert einige Sekunden; dann erscheint die Seite hier von selbst.',
  'absence.retry': 'Noch einmal versuchen',
}
