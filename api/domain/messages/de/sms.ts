import type { sms as english } from '../en/sms.ts'
import type { Translation } from '../translation.ts'

export const sms: Translation<typeof english> = {
  'sms.incident': '{status}: {name} ({page}, {time}).',
  'sms.next_update': 'Nächste Meldung bis {time}.',
  'sms.maintenance_scheduled': 'Wartung geplant: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_reminder': 'Wartung in Kürze: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_started': 'Wartung begonnen: {name} ({page}), bis {end}.',
  'sms.maintenance_updated': 'Neues zur Wartung: {name} ({page}), bis {end}.',
  'sms.maintenance_extended': 'Wartung dauert länger: {name} ({page}), bis {end}.',
  'sms.maintenance_moved': 'Wartung verlegt: {name} ({page}), jetzt {start}, {duration}.',
  'sms.maintenance_planned': 'Neues zur Wartung: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_completed': 'Wartung abgeschlossen: {name} ({page}, {time}).',
  'sms.maintenance_cancelled': 'Wartung abgesagt: {name} ({page}), geplant war {start}.',
  'sms.postmortem_published': 'Abschlussbericht veröffentlicht: {name} ({page}).',
  'sms.digest': {
    one: '{page}: Neues zu einer Störung oder Wartung. {names}',
    other: '{page}: Neues zu {n} Störungen und Wartungen. {names}',
  },
  'sms.confirmation':
    '{code}: Ihr Code für {page} (10 Min.). Anzahl der SMS variiert, Kosten möglich. HELP für Hilfe, STOP zum Beenden.',
  'sms.already_subscribed':
    '{page}: Sie erhalten die Meldungen bereits, es hat sich nichts geändert.',
  'sms.help':
    'Statusmeldungen, die Sie abonniert haben. Verwalten: {url}. SMS- und Datenkosten möglich. Antworten Sie STOP zum Beenden.',
}
