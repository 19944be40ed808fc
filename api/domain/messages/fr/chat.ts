import type { chat as english } from '../en/chat.ts'
import type { Translation } from '../translation.ts'

export const chat: Translation<typeof english> = {
  'chat.title': '{state} : {name}',
  'chat.origin': '{page} · {kind}',
  'chat.manage': 'Choisir ce qui est annoncé ici',
  'chat.unsubscribe': 'Désabonner ce canal',
  'chat.read_on': 'Lire le texte complet',
  'chat.confirm.title': 'Confirmez les mises à jour pour ce canal',
  'chat.confirm.body':
    'Quelqu’un a demandé que les mises à jour de {page} soient publiées dans ce canal.',
  'chat.confirm.button': 'Confirmer l’abonnement',
  'chat.confirm.ignore':
    'Le lien est valable 48 heures. Si personne ici ne l’a demandé, ignorez ce message : sans confirmation, rien d’autre ne sera publié.',
  'chat.already.title': 'Ce canal est déjà abonné',
  'chat.already.body':
    'Quelqu’un a demandé que les mises à jour de {page} soient publiées dans ce canal, qui les reçoit déjà. Rien n’a changé.',
}
