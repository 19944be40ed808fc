import type { uptime as english } from '../en/uptime.ts'
import type { Translation } from '../translation.ts'

export const uptime: Translation<typeof english> = {
  'months.title': 'Disponibilité par mois',
  'months.month': 'Mois',
  'months.target': 'Objectif {percent}',
  'months.running': '{month}, à ce jour',
  'months.kept': 'Atteint',
  'months.missed': 'Manqué',
  'months.unknown': 'Pas de chiffre',
  'months.fixed':
    'Un mois est arrêté un jour après sa fin : les corrections ultérieures ne le modifient plus.',

  'response.title': 'Temps de réponse',
  'response.as_of': 'État au {time}.',
  'response.hours': { one: '{n} heure', other: '{n} heures' },
  'response.days': { one: '{n} jour', other: '{n} jours' },
  'response.within': '{percent} en moins de',
  'response.errors': 'Échecs',
  'response.checks': 'Contrôles',
  'response.probe': 'Mesuré par la sonde « {probe} » ; chaque point couvre {duration}.',
  'response.chart': 'Temps de réponse et échecs, {span}',
  'response.described':
    'Du {from} au {until} : la moitié des réponses sont arrivées en moins de {p50}, 95 % en moins de {p95} et 99 % en moins de {p99} ; {errors} des contrôles ont échoué.',
  'response.gaps': 'Là où les lignes sont interrompues, il n’y a pas de données.',
  'response.cut': 'Les pics allant jusqu’à {peak} sont tronqués.',
  'response.none': 'Rien n’a été mesuré pendant cette période.',
  'response.table': 'Ces chiffres sous forme de tableau',
  'response.from': 'À partir du',
  'response.utc': 'Les jours, semaines et mois de ces chiffres commencent à minuit UTC.',
  'response.others': 'Autres sondes de ce composant',
  'response.probe_name': 'Sonde',
}
