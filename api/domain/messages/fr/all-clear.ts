import type { allClear as english } from '../en/all-clear.ts'
import type { Translation } from '../translation.ts'

export const allClear: Translation<typeof english> = {
  'watched.fix':
    'Tout fonctionne de nouveau depuis {end} ; notre surveillance l’a observé pendant {watched}.',
  'watched.impact':
    '{components} : de {start} à {end} ({duration}). {failed} contrôles sur {checks} ont échoué.',
  'watched.impact.unchecked': '{components} : de {start} à {end} ({duration}).',
  'watched.body':
    'L’incident est terminé. Il a duré {duration}, de {start} à {end}. Notre surveillance a ensuite observé pendant {watched} que tout fonctionne de nouveau : {components}.',
}
