import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component} no responde',
  'probe.errors': '{component} responde con errores',
  'probe.slow': '{component} responde con lentitud',
  'probe.missing': '{component} no ha dado señales a tiempo',
  'probe.reported': '{component} informa de problemas',
  'probe.metric': '{component} está fuera de sus límites',
  'probe.certificate': 'No se puede acceder a {component} de forma segura',
  'probe.left': '{component} sigue sin funcionar',
  'probe.after_maintenance': '{component} no funciona tras el mantenimiento',
  'probe.silent.body': '{component} no responde desde las {time}.',
  'probe.errors.body': '{component} responde con errores desde las {time}.',
  'probe.slow.body': '{component} responde con lentitud desde las {time}.',
  'probe.missing.body':
    '{component} debería haber informado a nuestra supervisión y no lo hace desde las {time}.',
  'probe.reported.body': '{component} informa de problemas desde las {time}.',
  'probe.metric.body':
    'Un valor con el que vigilamos {component} está fuera de sus límites desde las {time}.',
  'probe.certificate.body':
    'Las conexiones seguras con {component} fallan desde las {time}: hay un problema con su certificado.',
  'probe.left.body':
    '{component} no funciona desde las {time}. Los servicios de los que depende ya funcionan.',
  'probe.after_maintenance.body':
    'El mantenimiento de {component} ha terminado, pero no funciona desde las {time}.',
  'probe.impact.major_outage': 'En este momento no se puede usar.',
  'probe.impact.partial_outage': 'En este momento una parte no se puede usar.',
  'probe.impact.degraded_performance': 'Se puede usar, aunque puede ir lento o fallar a veces.',
  'probe.impact.under_maintenance': 'Se está trabajando en ello.',
  'probe.dragged': 'También afecta a: {components}.',
  'probe.more': '{n} más',
  'probe.investigating': 'Estamos investigando.',
  'probe.flapping':
    'El estado ha cambiado varias veces en {window}, así que se mantiene hasta que lleve {stable} estable.',
}
