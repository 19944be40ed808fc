import type { sms as english } from '../en/sms.ts'
import type { Translation } from '../translation.ts'

export const sms: Translation<typeof english> = {
  'sms.incident': '{status}: {name}、{time}、{page}。',
  'sms.next_update': '次の更新は{time}まで。',
  'sms.maintenance_scheduled': 'メンテナンス予定: {name}、{start}から{duration}、{page}。',
  'sms.maintenance_reminder': 'まもなくメンテナンス: {name}、{start}から{duration}、{page}。',
  'sms.maintenance_started': 'メンテナンス開始: {name}、{end}まで、{page}。',
  'sms.maintenance_updated': 'メンテナンス続報: {name}、{end}まで、{page}。',
  'sms.maintenance_extended': 'メンテナンス延長: {name}、{end}まで、{page}。',
  'sms.maintenance_moved': 'メンテナンス日時変更: {name}、{start}から{duration}、{page}。',
  'sms.maintenance_planned': 'メンテナンス続報: {name}、{start}から{duration}、{page}。',
  'sms.maintenance_completed': 'メンテナンス完了: {name}、{time}、{page}。',
  'sms.maintenance_cancelled': 'メンテナンス中止: {name}、予定は{start}、{page}。',
  'sms.postmortem_published': '事後報告: {name}、{page}。',
  'sms.digest': { other: '{page}: {n}件の新しい情報。{names}' },
  'sms.confirmation':
    '{code}: {page}の確認コード（10分有効）。配信頻度は不定、通信料がかかることがあります。ヘルプはHELP、停止はSTOP。',
  'sms.already_subscribed': '{page}: すでに登録済みです。変更はありません。',
  'sms.help':
    'ご登録のサービス情報です。設定: {url} 通信料がかかることがあります。停止はSTOPと返信してください。',
}
