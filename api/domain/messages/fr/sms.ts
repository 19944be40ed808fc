import type { sms as english } from '../en/sms.ts'
import type { Translation } from '../translation.ts'

export const sms: Translation<typeof english> = {
  'sms.incident': '{status}: {name} ({page}, {time}).',
  'sms.next_update': 'Prochain point avant {time}.',
  'sms.maintenance_scheduled': 'Maintenance programmée: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_reminder': 'Rappel de maintenance: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_started': "Maintenance en cours: {name} ({page}), jusqu'au {end}.",
  'sms.maintenance_updated': "Maintenance, point d'étape: {name} ({page}), jusqu'au {end}.",
  'sms.maintenance_extended': "Maintenance prolongée: {name} ({page}), jusqu'au {end}.",
  'sms.maintenance_moved': 'Maintenance déplacée: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_planned': "Maintenance, point d'étape: {name} ({page}), {start}, {duration}.",
  'sms.maintenance_completed': 'Maintenance terminée: {name} ({page}, {time}).',
  'sms.maintenance_cancelled': 'Maintenance annulée: {name} ({page}), prévue le {start}.',
  'sms.postmortem_published': "Rapport d'incident publié: {name} ({page}).",
  'sms.digest': {
    one: '{page}: du nouveau pour un incident ou une maintenance. {names}',
    other: '{page}: du nouveau pour {n} incidents et maintenances. {names}',
  },
  'sms.confirmation':
    "{code}: votre code pour {page} (10 min). Fréquence variable, frais possibles. HELP pour l'aide, STOP pour ne plus rien recevoir.",
  'sms.already_subscribed': '{page}: vous recevez déjà les mises à jour, rien ne change.',
  'sms.help':
    'Alertes de service que vous avez demandées. Pour les gérer: {url}. Frais SMS et data possibles. Répondez STOP pour ne plus rien recevoir.',
}
