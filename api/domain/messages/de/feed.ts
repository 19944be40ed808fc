import type { feed as english } from '../en/feed.ts'
import type { Translation } from '../translation.ts'

export const feed: Translation<typeof english> = {
  'feed.title': 'Status von {page}: Störungen und Wartungen',
  'feed.update': 'Meldung',
}
