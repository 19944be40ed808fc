import type { feed as english } from '../en/feed.ts'
import type { Translation } from '../translation.ts'

export const feed: Translation<typeof english> = {
  'feed.title': '{page} ステータス - 障害履歴',
  'feed.update': '更新',
}
