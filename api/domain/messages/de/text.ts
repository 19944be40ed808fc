import type { text as english } from '../en/text.ts'
import type { Translation } from '../translation.ts'

export const text: Translation<typeof english> = {
  'text.subject.incident': '[{page}] {name}',
  'text.subject.confirmation': '[{page}] Bitte bestätigen Sie Ihr Abonnement',
  'text.subject.already_subscribed': '[{page}] Sie haben die Meldungen bereits abonniert',
  'text.subject.digest': '[{page}] Ihre Tagesübersicht',
  'text.state': '{status} · {time}',
  'text.fact': '{name}: {value}',
  'text.components': 'Betroffen:',
  'text.to_be_affected': 'Betroffen sein werden:',
  'text.component': '- {name}: {change}',
  'text.more': 'Der gesamte Verlauf: {url}',
  'text.read_on': 'Das ist nur der Anfang. Der ganze Text: {url}',
  'text.page': 'Die Statusseite: {url}',
  'text.support': 'Brauchen Sie Hilfe? {contact}',
  'text.privacy': 'Datenschutz: {url}',
  'text.terms': 'Nutzungsbedingungen: {url}',
  'text.why': 'Sie erhalten diese Nachricht, weil Sie {page} abonniert haben ({url}).',
  'text.manage': 'Auswählen, worüber Sie informiert werden: {url}',
  'text.unsubscribe': 'Abbestellen: {url}',
  'text.confirm':
    'Jemand, hoffentlich Sie selbst, möchte erfahren, wenn bei {page} etwas geschieht. Zum Bestätigen öffnen Sie bitte:',
  'text.confirm_hint':
    'Der Link gilt 48 Stunden. Falls Sie das nicht waren, ignorieren Sie diese Nachricht: Es wird nichts gesendet.',
  'text.already':
    'Jemand, hoffentlich Sie selbst, wollte die Meldungen von {page} abonnieren. Sie erhalten sie bereits; es hat sich nichts geändert.',
}
