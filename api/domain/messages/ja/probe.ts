import type { probe as english } from '../en/probe.ts'
import type { Translation } from '../translation.ts'

export const probe: Translation<typeof english> = {
  'probe.silent': '{component}に接続できません',
  'probe.errors': '{component}がエラーを返しています',
  'probe.slow': '{component}の応答が遅くなっています',
  'probe.missing': '{component}から時間内に報告がありません',
  'probe.reported': '{component}が問題を報告しています',
  'probe.metric': '{component}の値が許容範囲を外れています',
  'probe.certificate': '{component}に安全に接続できません',
  'probe.left': '{component}はまだ復旧していません',
  'probe.after_maintenance': 'メンテナンス後に{component}が動作していません',
  'probe.silent.body': '{time} から{component}に接続できません。',
  'probe.errors.body': '{time} から{component}がエラーを返しています。',
  'probe.slow.body': '{time} から{component}の応答が遅くなっています。',
  'probe.missing.body': '{component}からの定期報告が {time} から届いていません。',
  'probe.reported.body': '{time} から{component}が問題を報告しています。',
  'probe.metric.body': '{component}の監視値が {time} から許容範囲を外れています。',
  'probe.certificate.body':
    '{time} から{component}への安全な接続ができません。証明書に問題があります。',
  'probe.left.body': '{component}は {time} から動作していません。依存先はすでに復旧しています。',
  'probe.after_maintenance.body':
    '{component}のメンテナンスは終了しましたが、{time}から動作していません。',
  'probe.impact.major_outage': '現在ご利用いただけません。',
  'probe.impact.partial_outage': '現在、一部をご利用いただけません。',
  'probe.impact.degraded_performance':
    'ご利用いただけますが、遅くなったり失敗したりすることがあります。',
  'probe.impact.under_maintenance': '現在作業中です。',
  'probe.dragged': 'この影響は次にも及んでいます: {components}。',
  'probe.more': '他{n}件',
  'probe.investigating': '現在、調査しています。',
  'probe.flapping':
    '{window}の間に状態が何度も変わったため、{stable}安定するまでこの状態として扱います。',
}
