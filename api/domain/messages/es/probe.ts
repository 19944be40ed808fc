import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component} no responde',
  'probe.errors': '{component} responde con errores',
  'probe.slow': '{component} responde con lentitud',
  'probe.missing': '{component} no ha dado señales a tiempo',
  'probe.reported': '{component} informa de problemas',
  'probe.body': 'Nuestra supervisión lo detectó a las {time}. Estamos investigando.',
  'probe.flapping':
    'El estado ha cambiado varias veces en {window}, así que se mantiene hasta que lleve {stable} estable.',
}
