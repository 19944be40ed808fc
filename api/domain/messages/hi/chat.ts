import type { chat as english } from '../en/chat.ts'
import type { Translation } from '../translation.ts'

export const chat: Translation<typeof english> = {
  'chat.title': '{state}: {name}',
  'chat.origin': '{page} · {kind}',
  'chat.manage': 'चुनें कि यहाँ क्या बताया जाए',
  'chat.unsubscribe': 'इस चैनल पर अपडेट बंद करें',
  'chat.read_on': 'पूरा संदेश पढ़ें',
  'chat.confirm.title': 'इस चैनल के अपडेट की पुष्टि करें',
  'chat.confirm.body': 'किसी ने {page} के अपडेट इस चैनल में भेजने का अनुरोध किया है।',
  'chat.confirm.button': 'सदस्यता की पुष्टि करें',
  'chat.confirm.ignore':
    'लिंक 48 घंटे तक मान्य है। अगर यह अनुरोध यहाँ किसी ने नहीं किया, तो इस संदेश को अनदेखा करें: पुष्टि के बिना और कुछ नहीं भेजा जाएगा।',
  'chat.already.title': 'इस चैनल की सदस्यता पहले से है',
  'chat.already.body':
    'किसी ने {page} के अपडेट इस चैनल में भेजने का अनुरोध किया है, पर वे यहाँ पहले से आ रहे हैं। कुछ नहीं बदला है।',
}
