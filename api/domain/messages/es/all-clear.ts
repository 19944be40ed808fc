import type { allClear as english } from '../en/all-clear.ts'
import type { Translation } from '../translation.ts'

export const allClear: Translation<typeof english> = {
  'watched.fix':
    'Vuelve a funcionar desde {end}; nuestra supervisión lo ha observado durante {watched}.',
  'watched.impact':
    '{components}: de {start} a {end} ({duration}). Fallaron {failed} de {checks} comprobaciones.',
  'watched.impact.unchecked': '{components}: de {start} a {end} ({duration}).',
  'watched.body':
    'El incidente ha terminado. Duró {duration}, de {start} a {end}. Después, nuestra supervisión ha observado durante {watched} que todo vuelve a funcionar: {components}.',
}
