import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component} ne répond pas',
  'probe.errors': '{component} répond par des erreurs',
  'probe.slow': '{component} répond lentement',
  'probe.missing': '{component} n’a pas donné signe de vie à temps',
  'probe.reported': '{component} signale des problèmes',
  'probe.metric': '{component} est hors de ses limites',
  'probe.certificate': '{component} n’est pas joignable de façon sécurisée',
  'probe.left': '{component} ne fonctionne toujours pas',
  'probe.after_maintenance': '{component} ne fonctionne pas après la maintenance',
  'probe.silent.body': '{component} ne répond plus depuis {time}.',
  'probe.errors.body': '{component} répond par des erreurs depuis {time}.',
  'probe.slow.body': '{component} répond lentement depuis {time}.',
  'probe.missing.body':
    '{component} aurait dû se signaler à notre surveillance et ne l’a pas fait depuis {time}.',
  'probe.reported.body': '{component} signale des problèmes depuis {time}.',
  'probe.metric.body':
    'Une mesure que nous suivons pour {component} est hors de ses limites depuis {time}.',
  'probe.certificate.body':
    'Les connexions sécurisées à {component} échouent depuis {time} : son certificat pose problème.',
  'probe.left.body':
    '{component} ne fonctionne plus depuis {time}. Les services dont il dépend fonctionnent de nouveau.',
  'probe.after_maintenance.body':
    'La maintenance de {component} est terminée, mais rien ne fonctionne depuis {time}.',
  'probe.impact.major_outage': 'Ce service est actuellement inutilisable.',
  'probe.impact.partial_outage': 'Ce service est en partie inutilisable pour le moment.',
  'probe.impact.degraded_performance':
    'Ce service reste utilisable, mais peut être lent ou échouer par moments.',
  'probe.impact.under_maintenance': 'Des travaux sont en cours.',
  'probe.dragged': 'Sont également touchés : {components}.',
  'probe.more': '{n} autres',
  'probe.investigating': 'Nous analysons la situation.',
  'probe.flapping':
    'L’état a changé plusieurs fois en {window} ; il est donc maintenu jusqu’à rester stable pendant {stable}.',
}
