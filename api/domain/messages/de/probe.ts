import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component} ist nicht erreichbar',
  'probe.errors': '{component} antwortet mit Fehlern',
  'probe.slow': '{component} antwortet langsam',
  'probe.missing': '{component} hat sich nicht rechtzeitig gemeldet',
  'probe.reported': '{component} meldet Probleme',
  'probe.metric': '{component} liegt außerhalb seiner Grenzwerte',
  'probe.certificate': '{component} ist nicht sicher erreichbar',
  'probe.left': '{component} funktioniert noch immer nicht',
  'probe.after_maintenance': '{component} funktioniert nach der Wartung nicht',
  'probe.silent.body': '{component} ist seit {time} nicht erreichbar.',
  'probe.errors.body': '{component} antwortet seit {time} mit Fehlern.',
  'probe.slow.body': '{component} antwortet seit {time} langsam.',
  'probe.missing.body':
    '{component} hätte sich bei unserer Überwachung melden sollen und hat das seit {time} nicht getan.',
  'probe.reported.body': '{component} meldet seit {time} Probleme.',
  'probe.metric.body':
    'Ein Messwert, an dem wir {component} überwachen, liegt seit {time} außerhalb seiner Grenzen.',
  'probe.certificate.body':
    'Sichere Verbindungen zu {component} scheitern seit {time}: Mit dem Zertifikat stimmt etwas nicht.',
  'probe.left.body':
    '{component} funktioniert seit {time} nicht. Die Dienste, auf die es angewiesen ist, arbeiten wieder.',
  'probe.after_maintenance.body':
    'Die Wartung von {component} ist vorbei, es funktioniert aber seit {time} nicht.',
  'probe.impact.major_outage': 'Eine Nutzung ist derzeit nicht möglich.',
  'probe.impact.partial_outage': 'Teile davon sind derzeit nicht nutzbar.',
  'probe.impact.degraded_performance':
    'Eine Nutzung ist möglich, kann aber langsam sein oder zeitweise fehlschlagen.',
  'probe.impact.under_maintenance': 'Daran wird gerade gearbeitet.',
  'probe.dragged': 'Davon ebenfalls betroffen: {components}.',
  'probe.more': '{n} weitere',
  'probe.investigating': 'Wir untersuchen die Ursache.',
  'probe.flapping':
    'Der Zustand hat innerhalb von {window} mehrmals gewechselt und gilt deshalb weiter, bis er {stable} lang stabil ist.',
}
