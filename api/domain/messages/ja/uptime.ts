import type { uptime as english } from '../en/uptime.ts'
import type { Translation } from '../translation.ts'

export const uptime: Translation<typeof english> = {
  'months.title': '月別の稼働率',
  'months.month': '月',
  'months.target': '目標 {percent}',
  'months.running': '{month}（途中）',
  'months.kept': '達成',
  'months.missed': '未達成',
  'months.unknown': '数値なし',
  'months.fixed': '各月の数値は月末の1日後に確定し、その後の訂正では変わりません。',

  'response.title': '応答時間',
  'response.as_of': '{time} 時点。',
  'response.hours': { other: '{n}時間' },
  'response.days': { other: '{n}日' },
  'response.within': '{percent}の応答',
  'response.errors': '失敗',
  'response.checks': '確認回数',
  'response.probe': '監視項目「{probe}」による測定。1点は {duration} の値です。',
  'response.chart': '応答時間と失敗（{span}）',
  'response.described':
    '{from} から {until} まで: 応答の半数は {p50} 以内、95%は {p95} 以内、99%は {p99} 以内でした。確認の {errors} が失敗しました。',
  'response.gaps': '線が途切れている部分にはデータがありません。',
  'response.cut': '最大 {peak} のピークは途中で切れています。',
  'response.none': 'この期間の測定はありません。',
  'response.table': '数値を表で見る',
  'response.from': '開始',
  'response.utc': 'これらの数値の日、週、月は UTC の午前0時から始まります。',
  'response.others': 'このサービスのほかの監視項目',
  'response.probe_name': '監視項目',
}
