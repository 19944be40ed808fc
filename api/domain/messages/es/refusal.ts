import type { refusal as english } from '../en/refusal.ts'
import type { Translation } from '../translation.ts'

export const refusal: Translation<typeof english> = {
  'refusal.other': 'Este dato no se puede aceptar así.',
  'refusal.one_of': 'Valores posibles: {allowed}.',
  'refusal.empty': 'Rellene este campo.',
  'refusal.too_long': 'Se admiten {most} caracteres como máximo.',
  'refusal.too_many': 'Se admiten {most} como máximo.',

  'refusal.email': 'Indique una dirección de correo, por ejemplo {example}.',
  'refusal.number': 'Indique un número de móvil con el prefijo del país, por ejemplo {example}.',
  'refusal.url': 'Indique una URL como esta: {example}',
  'refusal.country': 'Solo enviamos SMS a números de estos países: {countries}.',
  'refusal.private_address': 'No se admiten direcciones privadas.',
  'refusal.ip_address': 'Indique un nombre de host, no una dirección IP.',
  'refusal.leads_inside': 'El nombre de host no debe llevar a una dirección privada.',
  'refusal.leads_here': 'La URL no debe llevar a este mismo servidor.',
  'refusal.unknown_host': 'No se encuentra este nombre de host.',
  'refusal.host_not_now':
    'Este nombre de host no se puede resolver en este momento. Inténtelo más tarde.',
  'refusal.consent': 'Sin su consentimiento no podemos enviar mensajes a un número.',
  'refusal.code': 'Este código es incorrecto o ha caducado.',
  'refusal.digits': 'El código tiene 6 cifras.',

  'refusal.component': 'No existe el componente o grupo {name}.',
  'refusal.group': 'No existe el grupo {name}.',
  'refusal.incident':
    'No hay ninguna incidencia abierta ni mantenimiento en curso con el identificador {name}.',
  'refusal.nothing_followed': 'Elija al menos una incidencia abierta o un mantenimiento.',
  'refusal.events': 'Elija al menos un tipo de mensaje.',
  'refusal.time': 'Indique una hora entre las 00:00 y las 23:59.',
  'refusal.no_span': 'El final debe ser distinto del comienzo.',
  'refusal.digest_by_email': 'El resumen diario solo se envía por correo.',
  'refusal.time_zone': 'Indique una zona horaria como Europe/Madrid.',
  'refusal.locale': 'Indique un código de idioma como es o pt-BR.',

  'refusal.too_fast': 'Demasiadas solicitudes. Inténtelo de nuevo en {seconds} s.',
  'refusal.flood': {
    one: 'Ahora mismo se están suscribiendo demasiadas personas. Inténtelo de nuevo en 1 minuto.',
    other:
      'Ahora mismo se están suscribiendo demasiadas personas. Inténtelo de nuevo en {n} minutos.',
  },
  'refusal.costs': 'Hoy no se pueden suscribir más números. Inténtelo mañana.',
  'refusal.asked_just_now': {
    one: 'Se acaba de pedir una confirmación. Podremos enviar otra en 1 minuto.',
    other: 'Se acaba de pedir una confirmación. Podremos enviar otra en {n} minutos.',
  },
  'refusal.changing': 'Se está cambiando también desde otro lugar. Inténtelo de nuevo.',

  'refusal.ended': 'Esta suscripción ha terminado. Puede suscribirse de nuevo.',
  'refusal.nothing_wrong': 'Esta suscripción está confirmada y todo está en orden.',
  'refusal.silenced.stop':
    'Desde este número se envió STOP: no podemos enviarle nada, y solo su titular puede cambiarlo.',
  'refusal.silenced.complaint':
    'Se denunciaron como spam mensajes enviados a esta dirección: no podemos enviarle nada, y solo su titular puede cambiarlo.',
  'refusal.silenced.manual': 'El operador ha silenciado esta dirección: no podemos enviarle nada.',
  'refusal.no_secret': 'Solo un webhook tiene clave de firma.',
  'refusal.rotated_lately':
    'La clave se cambió hace menos de un día. Se podrá cambiar de nuevo a partir de este momento: {time}.',
}
