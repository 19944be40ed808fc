import type { sms as english } from '../en/sms.ts'
import type { Translation } from '../translation.ts'

export const sms: Translation<typeof english> = {
  'sms.incident': '{status}: {name} ({page}, {time}).',
  'sms.next_update': 'Nuevo aviso antes de las {time}.',
  'sms.maintenance_scheduled': 'Mantenimiento programado: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_reminder': 'Mantenimiento en breve: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_started': 'Mantenimiento iniciado: {name} ({page}), hasta {end}.',
  'sms.maintenance_updated': 'Novedades del mantenimiento: {name} ({page}), hasta {end}.',
  'sms.maintenance_extended': 'El mantenimiento se alarga: {name} ({page}), hasta {end}.',
  'sms.maintenance_moved': 'Mantenimiento cambiado: {name} ({page}), ahora {start}, {duration}.',
  'sms.maintenance_planned': 'Novedades del mantenimiento: {name} ({page}), {start}, {duration}.',
  'sms.maintenance_completed': 'Mantenimiento completado: {name} ({page}, {time}).',
  'sms.maintenance_cancelled': 'Mantenimiento cancelado: {name} ({page}), previsto para {start}.',
  'sms.postmortem_published': 'Informe final publicado: {name} ({page}).',
  'sms.digest': {
    one: '{page}: novedades de una incidencia o un mantenimiento. {names}',
    other: '{page}: novedades de {n} incidencias y mantenimientos. {names}',
  },
  'sms.confirmation':
    '{code}: su clave para {page} (10 min). Frecuencia variable, posibles cargos. HELP para ayuda, STOP para terminar.',
  'sms.already_subscribed': '{page}: ya recibe los avisos, nada ha cambiado.',
  'sms.help':
    'Avisos de servicio que usted ha pedido. Para gestionarlos: {url}. Posibles cargos por SMS y datos. Responda STOP para terminar.',
}
