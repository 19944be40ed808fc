import type { postmortem as english } from '../en/postmortem.ts'
import type { Translation } from '../translation.ts'

export const postmortem: Translation<typeof english> = {
  'postmortem.title': '事後報告',
  'postmortem.published': '{time} に公開',
  'postmortem.read': '事後報告を読む',
  'postmortem.what_happened': '起きたこと',
  'postmortem.root_cause': '根本原因',
  'postmortem.affected': '影響を受けた範囲',
  'postmortem.fix': '行った対応',
  'postmortem.prevention': '再発を防ぐための取り組み',
  'postmortem.lessons': '学んだこと',
  'postmortem.apology': 'お客様へ',
  'postmortem.timeline': '経過',
  'postmortem.figures': '数値',
  'postmortem.window': '期間',
  'postmortem.down': '停止時間',
  'postmortem.degraded': '性能低下時間',
  'postmortem.detect': '検知までの時間',
  'postmortem.recover': '復旧までの時間',
  'postmortem.components': 'コンポーネント',
  'postmortem.actions': '今後の対応',
  'postmortem.action': '対応',
  'postmortem.owner': '担当',
  'postmortem.due': '期限',
}
