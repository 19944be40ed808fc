import type { maintenance as english } from '../en/maintenance.ts'
import type { Translation } from '../translation.ts'

export const maintenance: Translation<typeof english> = {
  'maintenance.said.start': 'Die Arbeiten haben begonnen.',
  'maintenance.said.verify': 'Die Arbeiten sind getan. Wir prüfen, ob alles läuft.',
  'maintenance.said.complete': 'Die Arbeiten sind abgeschlossen.',
  'maintenance.said.cancel': 'Die Wartung ist abgesagt.',
  'maintenance.said.moved':
    'Die Wartung wurde verlegt: Sie ist jetzt vom {start} bis zum {end} geplant.',
  'maintenance.said.components':
    'Der Plan hat sich geändert: Die Wartung betrifft jetzt {components}.',
  'maintenance.said.extended': 'Wir brauchen mehr Zeit: bis {end}.',
  'maintenance.said.shortened': 'Die Arbeiten enden voraussichtlich früher: {end}.',
}
