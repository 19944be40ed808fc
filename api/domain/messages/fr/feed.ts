import type { feed as english } from '../en/feed.ts'
import type { Translation } from '../translation.ts'

export const feed: Translation<typeof english> = {
  'feed.title': 'État de {page} : historique des incidents',
  'feed.update': 'Mise à jour',
}
