import type { text as english } from '../en/text.ts'
import type { Translation } from '../translation.ts'

export const text: Translation<typeof english> = {
  'text.subject.incident': '[{page}] {name}',
  'text.subject.confirmation': '[{page}] 登録の確認をお願いします',
  'text.subject.already_subscribed': '[{page}] すでに登録済みです',
  'text.subject.digest': '[{page}] 1日のまとめ',
  'text.state': '{status} · {time}',
  'text.fact': '{name}: {value}',
  'text.components': '影響のあるサービス:',
  'text.to_be_affected': '影響を受ける予定:',
  'text.component': '- {name}: {change}',
  'text.more': 'これまでの経過: {url}',
  'text.read_on': 'ここまでは冒頭の部分です。全文: {url}',
  'text.page': 'ステータスページ: {url}',
  'text.support': 'お困りの場合: {contact}',
  'text.privacy': 'プライバシーポリシー: {url}',
  'text.terms': '利用規約: {url}',
  'text.why': 'このメールは、{page}の最新情報に登録された方にお送りしています: {url}',
  'text.manage': '受け取る内容を選ぶ: {url}',
  'text.unsubscribe': '配信を停止する: {url}',
  'text.confirm':
    '{page}の最新情報をこのアドレスで受け取る申し込みがありました。ご本人の場合は、次のリンクを開いて登録を確定してください。',
  'text.confirm_hint':
    'リンクの有効期間は48時間です。お心当たりがない場合は、このメールを無視してください。何も配信されません。',
  'text.already':
    '{page}の最新情報をこのアドレスで受け取る申し込みがありましたが、すでに登録済みです。変更はありません。',
}
