import type { chat as english } from '../en/chat.ts'
import type { Translation } from '../translation.ts'

export const chat: Translation<typeof english> = {
  'chat.title': '{state}: {name}',
  'chat.origin': '{page} · {kind}',
  'chat.manage': 'Elegir qué se publica aquí',
  'chat.unsubscribe': 'Cancelar la suscripción de este canal',
  'chat.read_on': 'Leer el texto completo',
  'chat.confirm.title': 'Confirme los avisos para este canal',
  'chat.confirm.body': 'Alguien ha pedido que los avisos de {page} se publiquen en este canal.',
  'chat.confirm.button': 'Confirmar la suscripción',
  'chat.confirm.ignore':
    'El enlace funciona durante 48 horas. Si nadie de este canal lo ha pedido, ignore este mensaje: sin confirmación no se publicará nada más.',
  'chat.already.title': 'Este canal ya está suscrito',
  'chat.already.body':
    'Alguien ha pedido que los avisos de {page} se publiquen en este canal, que ya los recibe. Nada ha cambiado.',
}
