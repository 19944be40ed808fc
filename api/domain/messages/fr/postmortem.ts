import type { postmortem as english } from '../en/postmortem.ts'
import type { Translation } from '../translation.ts'

export const postmortem: Translation<typeof english> = {
  'postmortem.title': 'Rapport d’incident',
  'postmortem.published': 'Publié le {time}',
  'postmortem.read': 'Lire le rapport d’incident',
  'postmortem.what_happened': 'Ce qui s’est passé',
  'postmortem.root_cause': 'Cause première',
  'postmortem.affected': 'Qui a été touché',
  'postmortem.fix': 'Ce que nous avons fait',
  'postmortem.prevention': 'Ce que nous faisons pour que cela ne se reproduise pas',
  'postmortem.lessons': 'Ce que nous avons appris',
  'postmortem.apology': 'À nos clients',
  'postmortem.timeline': 'Chronologie',
  'postmortem.figures': 'En chiffres',
  'postmortem.window': 'Période',
  'postmortem.down': 'Hors service',
  'postmortem.degraded': 'Dégradé',
  'postmortem.detect': 'Délai de détection',
  'postmortem.recover': 'Délai de rétablissement',
  'postmortem.components': 'Composants',
  'postmortem.actions': 'Ce qui en découle',
  'postmortem.action': 'Mesure',
  'postmortem.owner': 'Responsable',
  'postmortem.due': 'Échéance',
}
