import type { uptime as english } from '../en/uptime.ts'
import type { Translation } from '../translation.ts'

export const uptime: Translation<typeof english> = {
  'months.title': 'Disponibilidad por mes',
  'months.month': 'Mes',
  'months.target': 'Objetivo {percent}',
  'months.running': '{month}, hasta ahora',
  'months.kept': 'Cumplido',
  'months.missed': 'Incumplido',
  'months.unknown': 'Sin datos',
  'months.fixed':
    'Un mes queda cerrado un día después de terminar: las correcciones posteriores ya no lo cambian.',

  'response.title': 'Tiempos de respuesta',
  'response.as_of': 'Datos del {time}.',
  'response.hours': { one: '{n} hora', other: '{n} horas' },
  'response.days': { one: '{n} día', other: '{n} días' },
  'response.within': '{percent} en menos de',
  'response.errors': 'Errores',
  'response.checks': 'Pruebas',
  'response.probe': 'Medido por la sonda «{probe}»; cada punto abarca {duration}.',
  'response.chart': 'Tiempos de respuesta y errores, {span}',
  'response.described':
    'Del {from} al {until}: la mitad de las respuestas llegó en menos de {p50}, el 95 % en menos de {p95} y el 99 % en menos de {p99}; falló el {errors} de las pruebas.',
  'response.gaps': 'Donde las líneas se interrumpen no hay datos.',
  'response.cut': 'Los picos de hasta {peak} aparecen recortados.',
  'response.none': 'En este tiempo no se midió nada.',
  'response.table': 'Estas cifras en una tabla',
  'response.from': 'Desde',
  'response.utc': 'Los días, semanas y meses de estas cifras empiezan a medianoche UTC.',
  'response.others': 'Otras sondas de este componente',
  'response.probe_name': 'Sonda',
}
