import type { maintenance as english } from '../en/maintenance.ts'
import type { Translation } from '../translation.ts'

export const maintenance: Translation<typeof english> = {
  'maintenance.said.start': '作業を開始しました。',
  'maintenance.said.verify': '作業が終わりました。正常に動作していることを確認しています。',
  'maintenance.said.complete': '作業が完了しました。',
  'maintenance.said.cancel': 'このメンテナンスは中止します。',
  'maintenance.said.moved':
    'メンテナンスの日時を変更しました。新しい予定は {start} から {end} までです。',
  'maintenance.said.components':
    '予定が変わりました。メンテナンスの影響を受けるのは {components} です。',
  'maintenance.said.extended': '作業時間を {end} まで延長します。',
  'maintenance.said.shortened': '作業は予定より早く終わる見込みです。終了予定は {end} です。',
}
