import type { allClear as english } from '../en/all-clear.ts'
import type { Translation } from '../translation.ts'

export const allClear: Translation<typeof english> = {
  'watched.fix': '{end} から再び正常に動作しており、当社の監視で {watched} にわたり確認しました。',
  'watched.impact':
    '{components}：{start} から {end} まで（{duration}）。確認 {checks} 回のうち {failed} 回が失敗しました。',
  'watched.impact.unchecked': '{components}：{start} から {end} まで（{duration}）。',
  'watched.body':
    'この障害は解消しました。{start} から {end} まで、{duration} 続きました。その後 {watched} にわたる監視で、すべてが再び正常に動作していることを確認しました：{components}。',
}
