import type { uptime as english } from '../en/uptime.ts'
import type { Translation } from '../translation.ts'

export const uptime: Translation<typeof english> = {
  'months.title': 'Verfügbarkeit nach Monaten',
  'months.month': 'Monat',
  'months.target': 'Ziel {percent}',
  'months.running': '{month}, bisher',
  'months.kept': 'Erreicht',
  'months.missed': 'Verfehlt',
  'months.unknown': 'Kein Wert',
  'months.fixed':
    'Einen Tag nach seinem Ende steht ein Monat fest: Spätere Berichtigungen ändern ihn nicht mehr.',

  'response.title': 'Antwortzeiten',
  'response.as_of': 'Stand: {time}.',
  'response.hours': { one: '{n} Stunde', other: '{n} Stunden' },
  'response.days': { one: '{n} Tag', other: '{n} Tage' },
  'response.within': '{percent} binnen',
  'response.errors': 'Fehler',
  'response.checks': 'Prüfungen',
  'response.probe': 'Ein Punkt steht für {duration}, gemessen von der Prüfung „{probe}“.',
  'response.chart': 'Antwortzeiten und Fehler, {span}',
  'response.described':
    'Von {from} bis {until}: Die Hälfte der Antworten kam innerhalb von {p50}, 95 % innerhalb von {p95} und 99 % innerhalb von {p99}; {errors} der Prüfungen schlugen fehl.',
  'response.gaps': 'Wo die Linien unterbrochen sind, liegen keine Daten vor.',
  'response.cut': 'Spitzen bis {peak} sind abgeschnitten.',
  'response.none': 'In dieser Zeit wurde nichts gemessen.',
  'response.table': 'Diese Werte als Tabelle',
  'response.from': 'Ab',
  'response.utc': 'Tage, Wochen und Monate dieser Werte beginnen um Mitternacht UTC.',
  'response.others': 'Weitere Prüfungen dieser Komponente',
  'response.probe_name': 'Prüfung',
}
