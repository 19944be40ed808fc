import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component} ne répond pas',
  'probe.errors': '{component} répond par des erreurs',
  'probe.slow': '{component} répond lentement',
  'probe.missing': '{component} n’a pas donné signe de vie à temps',
  'probe.reported': '{component} signale des problèmes',
  'probe.body': 'Notre surveillance l’a constaté à {time}. Nous analysons la situation.',
  'probe.flapping':
    'L’état a changé plusieurs fois en {window} ; il est donc maintenu jusqu’à rester stable pendant {stable}.',
}
