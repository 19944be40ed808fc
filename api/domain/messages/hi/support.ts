import type { support as english } from '../en/support.ts'
import type { Translation } from '../translation.ts'

export const support: Translation<typeof english> = {
  'support.title': 'कोई और परेशानी है?',
  'support.lead': 'अगर आपकी समस्या इस पेज पर नहीं है, तो हमें बताएँ।',
  'support.contact': 'हमें लिखें',
  'support.visit': 'वेब पर',
  'support.hours': 'समय',
  'support.response': 'पहला जवाब',
  'support.include': 'हम तुरंत मदद कर सकें, इसके लिए कृपया यह लिखें',
}
