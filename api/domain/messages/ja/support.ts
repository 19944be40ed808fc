import type { support as english } from '../en/support.ts'
import type { Translation } from '../translation.ts'

export const support: Translation<typeof english> = {
  'support.title': 'ほかにお困りのことはありますか？',
  'support.lead': 'このページに載っていない問題は、お知らせください。',
  'support.contact': 'メール',
  'support.visit': 'ウェブ',
  'support.hours': '受付時間',
  'support.response': '最初の回答',
  'support.include': 'すぐに対応できるよう、次のことをお書き添えください',
}
