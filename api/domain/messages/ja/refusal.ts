import type { refusal as english } from '../en/refusal.ts'
import type { Translation } from '../translation.ts'

export const refusal: Translation<typeof english> = {
  'refusal.other': 'この内容では受け付けられません。',
  'refusal.one_of': '指定できるのは次のいずれかです: {allowed}',
  'refusal.empty': '入力してください。',
  'refusal.too_long': '{most}文字以内で入力してください。',
  'refusal.too_many': '選択できるのは{most}件までです。',

  'refusal.email': 'メールアドレスを入力してください。例: {example}',
  'refusal.number': '国番号を含む携帯電話番号を入力してください。例: {example}',
  'refusal.url': '次のようなURLを入力してください: {example}',
  'refusal.country': 'SMSを送信できるのは次の国の番号のみです: {countries}',
  'refusal.private_address': 'プライベートアドレスは登録できません。',
  'refusal.ip_address': 'IPアドレスではなくホスト名を入力してください。',
  'refusal.leads_inside': 'プライベートアドレスにつながるホスト名は登録できません。',
  'refusal.leads_here': 'このサーバー自身につながるURLは登録できません。',
  'refusal.unknown_host': 'ホスト名が見つかりません。',
  'refusal.host_not_now':
    '現在、ホスト名を確認できません。しばらくしてからもう一度お試しください。',
  'refusal.consent': '番号へメッセージをお送りするには、同意のチェックが必要です。',
  'refusal.code': 'コードが正しくないか、有効期限が切れています。',
  'refusal.digits': 'コードは6桁の数字です。',

  'refusal.component': 'サービスまたはグループ {name} はありません。',
  'refusal.group': 'グループ {name} はありません。',
  'refusal.incident': '{name} に該当する対応中の障害やメンテナンスはありません。',
  'refusal.nothing_followed': '対応中の障害またはメンテナンスを1件以上選んでください。',
  'refusal.events': 'お知らせの種類を1つ以上選んでください。',
  'refusal.time': '00:00から23:59までの時刻を入力してください。',
  'refusal.no_span': '終了は開始と異なる時刻にしてください。',
  'refusal.digest_by_email': '1日1通のまとめはメールでのみお送りします。',
  'refusal.time_zone': 'Asia/Tokyo のようなタイムゾーンを入力してください。',
  'refusal.locale': 'ja や pt-BR のような言語コードを入力してください。',

  'refusal.too_fast': 'リクエストが多すぎます。{seconds}秒後にもう一度お試しください。',
  'refusal.flood': {
    other: '現在、登録が集中しています。{n}分後にもう一度お試しください。',
  },
  'refusal.costs': '本日はこれ以上番号を登録できません。明日もう一度お試しください。',
  'refusal.asked_just_now': {
    other: '確認のお知らせは先ほど送信を受け付けました。{n}分後に再送できます。',
  },
  'refusal.changing': 'ほかの場所でも変更が行われています。もう一度お試しください。',

  'refusal.ended': 'この登録は終了しています。もう一度登録してください。',
  'refusal.nothing_wrong': 'この登録は確認済みで、問題はありません。',
  'refusal.silenced.stop':
    'この番号からSTOPが送信されたため、何もお送りできません。変更できるのはご本人のみです。',
  'refusal.silenced.complaint':
    'このアドレスへのメッセージが迷惑メールとして報告されたため、何もお送りできません。変更できるのはご本人のみです。',
  'refusal.silenced.manual': '運営者がこのアドレスへの送信を停止したため、何もお送りできません。',
  'refusal.no_secret': '署名用シークレットがあるのはWebhookのみです。',
  'refusal.rotated_lately':
    'シークレットは24時間以内に変更されています。次に変更できるのは {time} 以降です。',
}
