import type { absence as english } from '../en/absence.ts'
import type { Translation } from '../translation.ts'

export const absence: Translation<typeof english> = {
  'absence.links': 'Où aller maintenant',
  'absence.unpublished.title': 'Cette page est en préparation',
  'absence.unpublished':
    'Son premier état n’est pas encore publié. Cela prend quelques secondes ; la page apparaîtra ensuite ici d’elle-même.',
  'absence.retry': 'Réessayer',
}
