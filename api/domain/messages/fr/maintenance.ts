import type { maintenance as english } from '../en/maintenance.ts'
import type { Translation } from '../translation.ts'

export const maintenance: Translation<typeof english> = {
  'maintenance.said.start': 'Les travaux ont commencé.',
  'maintenance.said.verify': 'Les travaux sont faits. Nous vérifions que tout fonctionne.',
  'maintenance.said.complete': 'Les travaux sont terminés.',
  'maintenance.said.cancel': 'La maintenance est annulée.',
  'maintenance.said.moved':
    'La maintenance est déplacée : elle est maintenant prévue du {start} au {end}.',
  'maintenance.said.components':
    'Le plan a changé : la maintenance concerne maintenant {components}.',
  'maintenance.said.extended': 'Il nous faut plus de temps : jusqu’au {end}.',
  'maintenance.said.shortened': 'Les travaux devraient se terminer plus tôt : {end}.',
}
