import type { maintenance as english } from '../en/maintenance.ts'
import type { Translation } from '../translation.ts'

export const maintenance: Translation<typeof english> = {
  'maintenance.said.start': 'Los trabajos han empezado.',
  'maintenance.said.verify': 'Los trabajos están hechos. Comprobamos que todo funcione.',
  'maintenance.said.complete': 'Los trabajos han terminado.',
  'maintenance.said.cancel': 'El mantenimiento se ha cancelado.',
  'maintenance.said.moved':
    'El mantenimiento cambia de fecha: ahora está previsto del {start} al {end}.',
  'maintenance.said.components':
    'El plan ha cambiado: el mantenimiento afecta ahora a {components}.',
  'maintenance.said.extended': 'Necesitamos más tiempo: hasta el {end}.',
  'maintenance.said.shortened': 'Los trabajos terminarán antes de lo previsto: {end}.',
}
