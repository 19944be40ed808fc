import type { feed as english } from '../en/feed.ts'
import type { Translation } from '../translation.ts'

export const feed: Translation<typeof english> = {
  'feed.title': 'Estado de {page}: historial de incidencias',
  'feed.update': 'Actualización',
}
