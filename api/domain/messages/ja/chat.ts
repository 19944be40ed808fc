import type { chat as english } from '../en/chat.ts'
import type { Translation } from '../translation.ts'

export const chat: Translation<typeof english> = {
  'chat.title': '{state}: {name}',
  'chat.origin': '{page} · {kind}',
  'chat.manage': 'ここに届く内容を選ぶ',
  'chat.unsubscribe': 'このチャンネルへの配信を停止',
  'chat.read_on': '全文を読む',
  'chat.confirm.title': 'このチャンネルへの配信を確認してください',
  'chat.confirm.body': '{page}の最新情報をこのチャンネルに投稿するよう、申し込みがありました。',
  'chat.confirm.button': '登録を確定する',
  'chat.confirm.ignore':
    'リンクの有効期間は48時間です。お心当たりがない場合は、このメッセージを無視してください。確定されるまで、これ以上は何も投稿しません。',
  'chat.already.title': 'このチャンネルは登録済みです',
  'chat.already.body':
    '{page}の最新情報をこのチャンネルに投稿するよう申し込みがありましたが、すでに登録済みです。変更はありません。',
}
