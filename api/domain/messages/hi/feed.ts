import type { feed as english } from '../en/feed.ts'
import type { Translation } from '../translation.ts'

export const feed: Translation<typeof english> = {
  'feed.title': '{page} स्थिति - बाधाओं का इतिहास',
  'feed.update': 'अपडेट',
}
