import type { text as english } from '../en/text.ts'
import type { Translation } from '../translation.ts'

export const text: Translation<typeof english> = {
  'text.subject.incident': '[{page}] {name}',
  'text.subject.confirmation': '[{page}] Confirme su suscripción',
  'text.subject.already_subscribed': '[{page}] Ya tiene una suscripción',
  'text.subject.digest': '[{page}] Su resumen diario',
  'text.state': '{status} · {time}',
  'text.fact': '{name}: {value}',
  'text.components': 'Componentes afectados:',
  'text.to_be_affected': 'Se verán afectados:',
  'text.component': '- {name}: {change}',
  'text.more': 'La cronología completa: {url}',
  'text.read_on': 'Esto es solo el comienzo. El texto completo: {url}',
  'text.page': 'La página de estado: {url}',
  'text.support': '¿Necesita ayuda? {contact}',
  'text.privacy': 'Privacidad: {url}',
  'text.terms': 'Condiciones de uso: {url}',
  'text.why': 'Recibe este mensaje porque se suscribió a {page} ({url}).',
  'text.manage': 'Elegir qué recibe: {url}',
  'text.unsubscribe': 'Cancelar la suscripción: {url}',
  'text.confirm':
    'Alguien, esperamos que usted, ha pedido que le avisemos cuando ocurra algo en {page}. Para confirmarlo, abra:',
  'text.confirm_hint':
    'El enlace funciona durante 48 horas. Si no fue usted, ignore este mensaje: no se enviará nada.',
  'text.already':
    'Alguien, esperamos que usted, ha pedido los avisos de {page}. Ya los recibe; nada ha cambiado.',
}
