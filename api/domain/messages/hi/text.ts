import type { text as english } from '../en/text.ts'
import type { Translation } from '../translation.ts'

export const text: Translation<typeof english> = {
  'text.subject.incident': '[{page}] {name}',
  'text.subject.confirmation': '[{page}] अपनी सदस्यता की पुष्टि करें',
  'text.subject.already_subscribed': '[{page}] आपकी सदस्यता पहले से है',
  'text.subject.digest': '[{page}] आपका दैनिक सारांश',
  'text.state': '{status} · {time}',
  'text.fact': '{name}: {value}',
  'text.components': 'प्रभावित सेवाएँ:',
  'text.to_be_affected': 'इन पर असर होगा:',
  'text.component': '- {name}: {change}',
  'text.more': 'अब तक का पूरा विवरण: {url}',
  'text.read_on': 'यह केवल शुरुआती हिस्सा है। पूरा संदेश: {url}',
  'text.page': 'स्थिति पेज: {url}',
  'text.support': 'मदद चाहिए? {contact}',
  'text.privacy': 'गोपनीयता नीति: {url}',
  'text.terms': 'शर्तें: {url}',
  'text.why': 'आपको यह मेल इसलिए मिला है क्योंकि आपने {page} ({url}) के अपडेट की सदस्यता ली है।',
  'text.manage': 'चुनें कि आपको क्या बताया जाए: {url}',
  'text.unsubscribe': 'सदस्यता छोड़ें: {url}',
  'text.confirm':
    'किसी ने, उम्मीद है आपने ही, {page} के अपडेट इस पते पर भेजने का अनुरोध किया है। पुष्टि करने के लिए यह लिंक खोलें:',
  'text.confirm_hint':
    'लिंक 48 घंटे तक मान्य है। अगर यह अनुरोध आपने नहीं किया, तो इसे अनदेखा करें: कुछ नहीं भेजा जाएगा।',
  'text.already':
    'किसी ने, उम्मीद है आपने ही, {page} के अपडेट इस पते पर भेजने का अनुरोध किया है। वे आपको पहले से मिल रहे हैं; कुछ नहीं बदला है।',
}
