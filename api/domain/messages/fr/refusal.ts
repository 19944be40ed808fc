import type { refusal as english } from '../en/refusal.ts'
import type { Translation } from '../translation.ts'

export const refusal: Translation<typeof english> = {
  'refusal.other': 'Cette saisie ne peut pas être acceptée.',
  'refusal.one_of': 'Valeurs possibles : {allowed}.',
  'refusal.empty': 'Veuillez remplir ce champ.',
  'refusal.too_long': '{most} caractères au maximum.',
  'refusal.too_many': '{most} choix au maximum.',

  'refusal.email': 'Indiquez une adresse e-mail, par exemple {example}.',
  'refusal.number': 'Indiquez un numéro de mobile avec l’indicatif du pays, par exemple {example}.',
  'refusal.url': 'Indiquez une URL de cette forme : {example}',
  'refusal.country': 'Les SMS ne sont envoyés qu’aux numéros de ces pays : {countries}.',
  'refusal.private_address': 'Les adresses privées ne sont pas possibles.',
  'refusal.ip_address': 'Indiquez un nom d’hôte et non une adresse IP.',
  'refusal.leads_inside': 'Le nom d’hôte ne doit pas mener à une adresse privée.',
  'refusal.leads_here': 'L’URL ne doit pas mener à ce serveur.',
  'refusal.unknown_host': 'Ce nom d’hôte est introuvable.',
  'refusal.host_not_now':
    'Ce nom d’hôte ne peut pas être résolu pour le moment. Veuillez réessayer plus tard.',
  'refusal.consent': 'Sans votre accord, nous ne pouvons pas envoyer de messages à un numéro.',
  'refusal.code': 'Ce code est incorrect ou a expiré.',
  'refusal.digits': 'Le code se compose de 6 chiffres.',

  'refusal.component': 'Le composant ou groupe {name} n’existe pas.',
  'refusal.group': 'Le groupe {name} n’existe pas.',
  'refusal.incident': 'Aucun incident et aucune maintenance en cours ne correspond à {name}.',
  'refusal.nothing_followed': 'Choisissez au moins un incident ou une maintenance en cours.',
  'refusal.events': 'Choisissez au moins un type de messages.',
  'refusal.time': 'Indiquez une heure de 00:00 à 23:59.',
  'refusal.no_span': 'La fin doit être différente du début.',
  'refusal.digest_by_email': 'Le résumé quotidien n’existe que par e-mail.',
  'refusal.time_zone': 'Indiquez un fuseau horaire comme Europe/Paris.',
  'refusal.locale': 'Indiquez un code de langue comme fr ou pt-BR.',

  'refusal.too_fast': 'Trop de demandes. Veuillez réessayer dans {seconds} s.',
  'refusal.flood': {
    one: 'Trop d’abonnements sont demandés en ce moment. Veuillez réessayer dans {n} minute.',
    other: 'Trop d’abonnements sont demandés en ce moment. Veuillez réessayer dans {n} minutes.',
  },
  'refusal.costs': 'Aucun autre numéro ne peut être abonné aujourd’hui. Veuillez réessayer demain.',
  'refusal.asked_just_now': {
    one: 'Une confirmation vient d’être demandée. Une autre pourra être envoyée dans {n} minute.',
    other:
      'Une confirmation vient d’être demandée. Une autre pourra être envoyée dans {n} minutes.',
  },
  'refusal.changing': 'Une autre modification est en cours. Veuillez réessayer.',

  'refusal.ended': 'Cet abonnement est terminé. Vous pouvez vous abonner à nouveau.',
  'refusal.nothing_wrong': 'Cet abonnement est confirmé et tout est en ordre.',
  'refusal.silenced.stop':
    'STOP a été envoyé depuis ce numéro : rien ne peut lui être envoyé, et seul son titulaire peut y remédier.',
  'refusal.silenced.complaint':
    'Des messages envoyés à cette adresse ont été signalés comme indésirables : rien ne peut lui être envoyé, et seul son titulaire peut y remédier.',
  'refusal.silenced.manual':
    'L’exploitant a mis cette adresse en sourdine : rien ne peut lui être envoyé.',
  'refusal.no_secret': 'Seul un webhook a une clé de signature.',
  'refusal.rotated_lately':
    'La clé a été changée il y a moins d’un jour. Nouveau changement possible à partir du {time}.',
}
