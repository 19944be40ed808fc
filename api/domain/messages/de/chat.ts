import type { chat as english } from '../en/chat.ts'
import type { Translation } from '../translation.ts'

export const chat: Translation<typeof english> = {
  'chat.title': '{state}: {name}',
  'chat.origin': '{page} · {kind}',
  'chat.manage': 'Auswählen, was hier gemeldet wird',
  'chat.unsubscribe': 'Für diesen Kanal abbestellen',
  'chat.read_on': 'Den ganzen Text lesen',
  'chat.confirm.title': 'Meldungen für diesen Kanal bestätigen',
  'chat.confirm.body': 'Jemand möchte, dass Meldungen von {page} in diesem Kanal erscheinen.',
  'chat.confirm.button': 'Abonnement bestätigen',
  'chat.confirm.ignore':
    'Der Link gilt 48 Stunden. Falls hier niemand darum gebeten hat, ignorieren Sie diese Nachricht: Ohne Bestätigung erscheint hier nichts weiter.',
  'chat.already.title': 'Dieser Kanal ist bereits angemeldet',
  'chat.already.body':
    'Jemand möchte, dass Meldungen von {page} in diesem Kanal erscheinen. Das tun sie bereits; es hat sich nichts geändert.',
}
