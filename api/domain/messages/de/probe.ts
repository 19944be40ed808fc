import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component} ist nicht erreichbar',
  'probe.errors': '{component} antwortet mit Fehlern',
  'probe.slow': '{component} antwortet langsam',
  'probe.missing': '{component} hat sich nicht rechtzeitig gemeldet',
  'probe.reported': '{component} meldet Probleme',
  'probe.body': 'Unsere Überwachung hat dies um {time} bemerkt. Wir untersuchen die Ursache.',
  'probe.flapping':
    'Der Zustand hat innerhalb von {window} mehrmals gewechselt und gilt deshalb weiter, bis er {stable} lang stabil ist.',
}
