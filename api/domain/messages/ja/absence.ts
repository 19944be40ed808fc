import type { absence as english } from '../en/absence.ts'
import type { Translation } from '../translation.ts'

export const absence: Translation<typeof english> = {
  'absence.links': 'ほかのページ',
  'absence.unpublished.title': 'このページは準備中です',
  'absence.unpublished':
    '最初の状態はまだ公開されていません。数秒で公開され、ここに自動的に表示されます。',
  'absence.retry': 'もう一度試す',
}
