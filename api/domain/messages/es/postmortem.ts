import type { postmortem as english } from '../en/postmortem.ts'
import type { Translation } from '../translation.ts'

export const postmortem: Translation<typeof english> = {
  'postmortem.title': 'Informe final',
  'postmortem.published': 'Publicado el {time}',
  'postmortem.read': 'Leer el informe final',
  'postmortem.what_happened': 'Qué ocurrió',
  'postmortem.root_cause': 'Causa raíz',
  'postmortem.affected': 'A quién afectó',
  'postmortem.fix': 'Qué hicimos',
  'postmortem.prevention': 'Qué hacemos para que no se repita',
  'postmortem.lessons': 'Qué aprendimos',
  'postmortem.apology': 'A nuestros clientes',
  'postmortem.timeline': 'Cronología',
  'postmortem.figures': 'En cifras',
  'postmortem.window': 'Período',
  'postmortem.down': 'Fuera de servicio',
  'postmortem.degraded': 'Degradado',
  'postmortem.detect': 'Tiempo de detección',
  'postmortem.recover': 'Tiempo de recuperación',
  'postmortem.components': 'Componentes',
  'postmortem.actions': 'Qué haremos',
  'postmortem.action': 'Medida',
  'postmortem.owner': 'Responsable',
  'postmortem.due': 'Plazo',
}
