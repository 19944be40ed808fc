import type { text as english } from '../en/text.ts'
import type { Translation } from '../translation.ts'

export const text: Translation<typeof english> = {
  'text.subject.incident': '[{page}] {name}',
  'text.subject.confirmation': '[{page}] Confirmez votre abonnement',
  'text.subject.already_subscribed': '[{page}] Vous êtes déjà abonné aux mises à jour',
  'text.subject.digest': '[{page}] Votre résumé du jour',
  'text.state': '{status} · {time}',
  'text.fact': '{name} : {value}',
  'text.components': 'Composants concernés :',
  'text.to_be_affected': 'Seront concernés :',
  'text.component': '- {name} : {change}',
  'text.more': 'La chronologie complète : {url}',
  'text.read_on': 'Ceci n’est que le début. Le texte complet : {url}',
  'text.page': 'La page d’état : {url}',
  'text.support': 'Besoin d’aide ? {contact}',
  'text.privacy': 'Confidentialité : {url}',
  'text.terms': 'Conditions d’utilisation : {url}',
  'text.why': 'Vous recevez ce message parce que vous suivez les mises à jour de {page} ({url}).',
  'text.manage': 'Choisir ce que vous recevez : {url}',
  'text.unsubscribe': 'Se désabonner : {url}',
  'text.confirm':
    'Quelqu’un, vous nous l’espérons, a demandé à être informé de ce qui se passe chez {page}. Pour confirmer, ouvrez :',
  'text.confirm_hint':
    'Le lien est valable 48 heures. Si ce n’était pas vous, ignorez ce message : rien ne sera envoyé.',
  'text.already':
    'Quelqu’un, vous nous l’espérons, a demandé les mises à jour de {page}. Vous les recevez déjà ; rien n’a changé.',
}
