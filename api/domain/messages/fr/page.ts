import type { page as english } from '../en/page.ts'
import type { Translation } from '../translation.ts'

export const page: Translation<typeof english> = {
  'page.languages': 'Langues',
  'page.skip': 'Aller au contenu',
  'page.title': '{title} · {page}',
  'page.nav': 'Navigation',
  'page.nav.status': 'État actuel',
  'page.nav.history': 'Historique',
  'page.nav.subscribe': 'S’abonner',
  'page.support': 'Besoin d’aide ?',
  'page.support.visit': 'Assistance',
  'page.zone': 'Toutes les heures sont dans le fuseau {zone}.',
  'page.published': 'Dernière publication : {time}.',
  'page.as_of': 'État au {time}',
  'page.stale': 'Ce service est injoignable pour le moment. Voici l’état de {time}.',

  'home.open': { one: '{n} incident en cours', other: '{n} incidents en cours' },
  'home.upkeep': { one: '{n} maintenance en cours', other: '{n} maintenances en cours' },
  'home.incidents': 'Incidents en cours',
  'home.components': 'Composants',
  'home.recent': 'Derniers jours',
  'home.quiet_day': 'Aucun incident signalé.',
  'home.more_history': 'Incidents plus anciens',
  'home.others': 'Autres composants',

  'uptime.percent': '{percent} de disponibilité',
  'uptime.unknown': 'Pas encore de chiffres',
  'uptime.summary': '{percent} de disponibilité sur {n} jours',
  'uptime.quiet': 'aucune perturbation',
  'uptime.disrupted': {
    one: '{n} jour avec perturbation',
    other: '{n} jours avec perturbation',
  },
  'uptime.more_days': { one: '{n} autre jour', other: '{n} autres jours' },
  'uptime.day': '{date} : {what}',
  'uptime.lasting': '{status}, {duration}',
  'uptime.legend':
    'Un trait par jour sur {n} jours, aujourd’hui à droite. Plus le trait est haut, plus la journée a été mauvaise.',
  'uptime.legend.more': 'La page d’un composant décrit ses journées en toutes lettres.',
  'uptime.formula':
    'Dans la disponibilité, une panne majeure compte pour toute sa durée et une panne partielle pour 30 %. Les maintenances et les périodes sans données ne sont pas prises en compte.',

  'incident.maintenance': 'Maintenance programmée',
  'incident.impact': 'Impact : {impact}',
  'incident.started': 'Début',
  'incident.ended': 'Résolution',
  'incident.completed_at': 'Fin',
  'incident.lasted': 'Durée',
  'incident.window': 'Prévue le',
  'incident.next_update': 'Prochain point avant le',
  'incident.overdue': 'Le prochain point était annoncé pour le {time} ; il est en retard.',
  'incident.affected': 'Concernés',
  'incident.updates': 'Mises à jour',
  'incident.earlier': {
    one: '{n} mise à jour précédente',
    other: '{n} mises à jour précédentes',
  },
  'incident.change': '{component} : de « {old} » à « {new} »',
  'incident.said': '{incident} : {status}',
  'incident.draft': 'Brouillon, non public',
  'incident.back': 'État actuel',

  'all_clear.title': 'Retour à la normale',
  'all_clear.issue': 'Ce qui s’est passé',
  'all_clear.root_cause': 'Cause',
  'all_clear.fix': 'Ce que nous avons fait',
  'all_clear.impact': 'Conséquences',
  'all_clear.postmortem': 'Lire le rapport d’incident',

  'history.title': 'Incidents en {month}',
  'history.quiet': 'Aucun incident n’a été signalé en {month}.',
  'history.months': 'Mois',

  'component.since': 'depuis le {time}',
  'component.history': '{n} derniers jours',
  'component.days': 'Jours avec perturbation ou maintenance',
  'component.days.none': 'Ni perturbation ni maintenance au cours des {n} derniers jours.',
  'component.days.no_data': {
    one: 'Il n’y a pas de données pour {n} jour.',
    other: 'Il n’y a pas de données pour {n} jours.',
  },
  'component.day': 'Jour',
  'component.happened': 'Ce qui s’est passé',
  'component.uptime': 'Disponibilité',
  'component.incidents': 'Incidents de ce composant',
  'component.incidents.none': 'Aucun incident n’est enregistré pour ce composant.',

  'subscribe.title': 'S’abonner aux mises à jour',
  'subscribe.lead':
    'Soyez informé des incidents, des maintenances et du retour à la normale dès leur publication.',
  'subscribe.by.email': 'Par e-mail',
  'subscribe.by.sms': 'Par SMS',
  'subscribe.by.webhook': 'Webhook',
  'subscribe.by.slack': 'Slack',
  'subscribe.by.teams': 'Microsoft Teams',
  'subscribe.by.discord': 'Discord',
  'subscribe.email': 'Adresse e-mail',
  'subscribe.email.hint':
    'Nous envoyons un e-mail avec un lien de confirmation. Chaque e-mail suivant contient un lien de désabonnement.',
  'subscribe.email.button': 'S’abonner par e-mail',
  'subscribe.sms': 'Numéro de mobile',
  'subscribe.sms.hint':
    'Avec l’indicatif du pays, par exemple +44 7700 900123. Nous envoyons un code de confirmation.',
  'subscribe.sms.button': 'S’abonner par SMS',
  'subscribe.sms.consent':
    'J’accepte de recevoir à ce numéro des messages sur l’état de {page}. La fréquence des messages varie. Des frais de SMS et de données peuvent s’appliquer. Répondez HELP pour obtenir de l’aide, STOP pour ne plus rien recevoir.',
  'subscribe.privacy': 'Politique de confidentialité',
  'subscribe.terms': 'Conditions d’utilisation',
  'subscribe.webhook': 'Adresse de votre point d’accès',
  'subscribe.webhook.hint': 'Une adresse https qui accepte POST, par exemple {example}.',
  'subscribe.webhook.button': 'Abonner ce point d’accès',
  'subscribe.webhook.facts': 'Ce que reçoit votre point d’accès',
  'subscribe.webhook.challenge':
    'Un défi arrive d’abord, afin que personne ne puisse abonner le point d’accès d’autrui. Répondez avec le statut 200 et le même défi en JSON, ou ouvrez son confirm_url et appuyez sur le bouton.',
  'subscribe.webhook.request': 'Le défi que nous envoyons',
  'subscribe.webhook.answer': 'La réponse qui le confirme',
  'subscribe.webhook.signature':
    'Chaque message est signé selon Standard Webhooks, dans les en-têtes webhook-id, webhook-timestamp et webhook-signature, avec une clé qui vous est propre. La page de votre abonnement la montre et permet de la renouveler.',
  'subscribe.webhook.retries':
    'Répondez avec un statut de 200 à 299. Sinon, nous réessayons à intervalles de plus en plus longs ; ignorez un webhook-id déjà vu.',
  'subscribe.slack': 'Adresse du webhook',
  'subscribe.slack.hint':
    'Dans Slack : sur api.slack.com/apps, créez une application ou ouvrez la vôtre, activez « Incoming Webhooks », ajoutez un webhook à votre canal et copiez son adresse.',
  'subscribe.slack.button': 'Abonner ce canal',
  'subscribe.teams': 'Adresse du workflow',
  'subscribe.teams.hint':
    'Dans Teams : ouvrez le menu « … » de votre canal, choisissez « Workflows », prenez le modèle qui publie dans un canal à la réception d’une requête webhook et copiez son adresse.',
  'subscribe.teams.button': 'Abonner ce canal',
  'subscribe.discord': 'Adresse du webhook',
  'subscribe.discord.hint':
    'Dans Discord : modifiez votre salon, ouvrez « Intégrations », puis « Webhooks », créez-en un et copiez son adresse.',
  'subscribe.discord.button': 'Abonner ce salon',
  'subscribe.looks_like': 'Elle commence ainsi : {example}',
  'subscribe.more': 'Autres moyens',
  'subscribe.more.lead': 'Pour une équipe, un canal ou un programme.',
  'subscribe.more.link': 'Webhooks, messageries et flux',
  'subscribe.feeds': 'Flux',
  'subscribe.feeds.lead': 'Pour un lecteur de flux. Aucune adresse n’est nécessaire.',
  'subscribe.feeds.atom': 'Atom',
  'subscribe.feeds.rss': 'RSS',
  'subscribe.feeds.json': 'JSON Feed',
  'subscribe.honeypot': 'Laissez ce champ vide',
  'subscribe.choose': 'Certains composants seulement',
  'subscribe.choose.hint': 'Sans sélection, vous êtes informé de tous les composants.',
  'subscribe.wishes': 'Choisir ce que vous recevez, et quand',

  'follow.title.incident': 'Suivre l’évolution',
  'follow.title.maintenance': 'Suivre cette maintenance',
  'follow.lead.incident':
    'Recevez uniquement les nouvelles de cet incident. Elles s’arrêtent au retour à la normale.',
  'follow.lead.maintenance':
    'Recevez uniquement les nouvelles de cette maintenance. Elles s’arrêtent à la fin des travaux.',
  'follow.email.button': 'Suivre par e-mail',
  'follow.sms.button': 'Suivre par SMS',
  'follow.everything': 'Plutôt suivre toutes les mises à jour',

  'refused.title': 'Cela n’a pas fonctionné',
  'refused.field': '{field} : {message}',
  'refused.channel': 'Moyen',
  'refused.address': 'Adresse',
  'refused.consent': 'Consentement',
  'refused.code': 'Code de confirmation',

  'result.check_inbox.title': 'Consultez votre messagerie',
  'result.check_inbox':
    'Si cette adresse peut être abonnée, un e-mail est en route. Appuyez sur son bouton pour confirmer ; d’ici là, nous n’envoyons rien d’autre.',
  'result.check_channel.title.slack': 'Consultez votre canal Slack',
  'result.check_channel.title.teams': 'Consultez votre canal Teams',
  'result.check_channel.title.discord': 'Consultez votre salon Discord',
  'result.check_channel':
    'Si ce canal peut être abonné, un message avec un lien y apparaît dans un instant. Ouvrez-le et appuyez sur le bouton pour confirmer ; d’ici là, nous n’envoyons rien d’autre.',
  'result.answer_challenge.title': 'À votre point d’accès de répondre',
  'result.answer_challenge':
    'Si ce point d’accès peut être abonné, il reçoit dans un instant un défi signé. Il confirme en répondant par le même défi, ou vous ouvrez le confirm_url qu’il contient et appuyez sur le bouton. D’ici là, nous n’envoyons rien d’autre.',
  'result.nothing_came':
    'Toujours rien après quelques minutes ? Vérifiez l’adresse, puis abonnez-vous de nouveau ; une nouvelle confirmation part au plus une fois par minute.',
  'result.enter_code.title': 'Saisissez le code',
  'result.enter_code':
    'Si ce numéro peut être abonné, un SMS avec un code à 6 chiffres est en route vers {address}.',
  'result.enter_code.label': 'Code de confirmation',
  'result.enter_code.wrong':
    'Ce code est erroné ou a expiré. Vérifiez le SMS le plus récent et réessayez.',
  'result.enter_code.button': 'Confirmer le numéro',
  'result.confirm.title': 'Confirmez votre abonnement',
  'result.confirm': 'Un clic, et vous serez informé de chaque incident qui vous concerne.',
  'result.confirm.button': 'Confirmer l’abonnement',
  'result.confirmed.title': 'Votre abonnement est confirmé',
  'result.confirmed': 'Vous recevrez désormais ce que vous avez choisi.',
  'result.confirmed.already': 'Cet abonnement était déjà confirmé. Il n’y a rien d’autre à faire.',
  'result.manage': 'Choisir ce que vous recevez',
  'result.unsubscribe.title': 'Se désabonner ?',
  'result.unsubscribe': 'Vous ne recevrez plus de messages de cette page à cette adresse.',
  'result.unsubscribe.button': 'Se désabonner',
  'result.unsubscribed.title': 'Votre abonnement a pris fin',
  'result.unsubscribed':
    'Nous n’envoyons plus rien à cette adresse. Si c’était une erreur, vous pouvez vous réabonner à tout moment.',
  'result.forget.title': 'Effacer vos données ?',
  'result.forget':
    'Votre abonnement prend fin, et votre adresse, vos choix et votre consentement sont effacés. C’est irréversible. Si vous nous avez un jour demandé de cesser, il reste un code dont votre adresse ne peut être déduite, afin que nous nous y tenions.',
  'result.forget.button': 'Oui, effacer mes données',
  'result.forget.back': 'Non, garder mon abonnement',
  'result.forgotten.title': 'Vos données sont effacées',
  'result.forgotten':
    'Votre adresse et vos choix sont effacés. Les liens que nous vous avons envoyés ne fonctionnent plus.',
  'result.saved.title': 'Enregistré',
  'result.saved': 'Vos choix s’appliquent dès le prochain message.',
  'result.asked_again.title': 'Une nouvelle confirmation est en route',
  'result.asked_again.email': 'Appuyez sur le bouton de l’e-mail pour confirmer.',
  'result.asked_again.sms': 'Saisissez ci-dessous le code reçu par SMS.',
  'result.asked_again.webhook': 'Votre point d’accès reçoit un nouveau défi.',
  'result.asked_again.chat': 'Ouvrez le lien qui apparaît dans votre canal.',
  'result.rotated.title': 'La clé a été renouvelée',
  'result.rotated':
    'Les messages sont désormais signés avec la nouvelle clé, et pendant un jour aussi avec la précédente.',
  'result.link_expired.title': 'Ce lien ne fonctionne pas',
  'result.link_expired':
    'Il a expiré, ou il en manque une partie. Abonnez-vous de nouveau et nous en enverrons un autre.',
  'result.again': 'S’abonner de nouveau',
  'result.done.title': 'C’est fait',
  'result.home': 'Retour à la page d’état',

  'manage.title': 'Votre abonnement',
  'manage.address': 'Les messages sont envoyés à {address}.',
  'manage.unsubscribed': 'Cet abonnement a pris fin. Nous n’envoyons rien à {address}.',
  'manage.pending': 'Cet abonnement n’est pas encore confirmé : d’ici là, rien n’est envoyé.',
  'manage.suppressed': 'Les messages sont retenus depuis le {since}',
  'manage.suppressed.bounce':
    'Des e-mails précédents nous sont revenus. La boîte était peut-être pleine ou fermée.',
  'manage.suppressed.complaint':
    'Un message précédent a été signalé comme indésirable. Nous nous y tenons : pour nous lire de nouveau, abonnez une autre adresse ou contactez notre assistance.',
  'manage.suppressed.stop':
    'STOP a été envoyé depuis ce numéro. Pour nous lire de nouveau, envoyez START au numéro d’où venaient nos messages.',
  'manage.suppressed.invalid': 'Selon le fournisseur, cette adresse n’existe pas.',
  'manage.suppressed.provider': 'Le fournisseur refuse d’envoyer à cette adresse.',
  'manage.suppressed.unreachable': 'Trop de messages de suite n’ont pas pu y être remis.',
  'manage.suppressed.manual':
    'Notre assistance les a suspendus. Pour nous lire de nouveau, adressez-vous à elle.',
  'manage.ask_again': 'Envoyer une nouvelle confirmation',
  'manage.ask_again.hint': 'Une fois confirmé, l’envoi des messages reprend.',
  'manage.wanted': 'Ce que vous recevez',
  'manage.components': 'Composants',
  'manage.components.hint':
    'Cochez ce que vous voulez suivre. Sans sélection, vous êtes informé de tous les composants.',
  'manage.group': 'Tout {group}, y compris les composants ajoutés plus tard',
  'manage.events': 'Types de messages',
  'manage.events.incident': 'Incidents',
  'manage.events.maintenance': 'Maintenances programmées',
  'manage.events.postmortem': 'Rapports d’incident',
  'manage.min_impact': 'Impact minimal à signaler',
  'manage.min_impact.none': 'Tous, même sans impact',
  'manage.min_impact.minor': 'Mineur et au-delà',
  'manage.min_impact.major': 'Majeur et au-delà',
  'manage.min_impact.critical': 'Critique uniquement',
  'manage.updates': 'Niveau de détail',
  'manage.updates.all': 'Chaque mise à jour',
  'manage.updates.start_and_end': 'Seulement le début et la fin',
  'manage.incidents': 'Suivre certains incidents',
  'manage.incidents.hint':
    'Vous suivez un incident coché jusqu’à sa fin, quels que soient vos choix ci-dessous.',
  'manage.only_incidents':
    'Uniquement ceux que j’ai cochés ; mon abonnement prend fin avec le dernier',
  'manage.when': 'Quand, et dans quelle langue',
  'manage.quiet': 'Heures calmes',
  'manage.quiet.hint':
    'Entre ces heures, seules les nouvelles critiques vous dérangent ; le reste attend la fin. Vide : aucune heure calme.',
  'manage.quiet.from': 'De',
  'manage.quiet.until': 'À',
  'manage.digest': 'Un e-mail par jour',
  'manage.digest.hint':
    'Au lieu d’un e-mail par message, vous en recevez un à cette heure, avec toute la journée. Vide : chaque message part aussitôt.',
  'manage.time_zone': 'Fuseau horaire',
  'manage.time_zone.use':
    'Il s’applique aux heures indiquées dans les messages et à vos heures calmes.',
  'manage.time_zone.hint':
    'Par exemple Europe/Berlin. Vide : celui de votre appareil ou, s’il n’est pas connu, {zone}.',
  'manage.locale': 'Langue',
  'manage.save': 'Enregistrer mes choix',
  'manage.stop': 'Arrêter tous les messages',
  'manage.signing': 'Clé de signature',
  'manage.signing.hint':
    'Avec elle, votre point d’accès vérifie selon Standard Webhooks qu’un message vient bien de nous.',
  'manage.signing.show': 'Afficher la clé',
  'manage.signing.rotate': 'Créer une nouvelle clé',
  'manage.signing.rotate.hint':
    'Les deux signent pendant 24 heures, ce qui permet de changer sans perdre de message.',
  'manage.signing.old':
    'La clé précédente signe encore jusqu’au {until} ; ensuite, vous pourrez en créer une autre.',
  'manage.data': 'Vos données',
  'manage.data.hint':
    'Tout ce que nous conservons à votre sujet, dans un fichier, ou plus rien du tout.',
  'manage.data.download': 'Télécharger tout ce que vous conservez à mon sujet',
  'manage.data.forget': 'Effacer mes données',

  'missing.title': 'Cette page n’existe pas',
  missing: 'L’adresse est peut-être mal saisie, ou ce qui s’y trouvait a été retiré.',
}
