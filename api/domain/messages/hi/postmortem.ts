import type { postmortem as english } from '../en/postmortem.ts'
import type { Translation } from '../translation.ts'

export const postmortem: Translation<typeof english> = {
  'postmortem.title': 'जाँच रिपोर्ट',
  'postmortem.published': '{time} को प्रकाशित',
  'postmortem.read': 'जाँच रिपोर्ट पढ़ें',
  'postmortem.what_happened': 'क्या हुआ',
  'postmortem.root_cause': 'मूल कारण',
  'postmortem.affected': 'कौन प्रभावित हुआ',
  'postmortem.fix': 'हमने क्या किया',
  'postmortem.prevention': 'यह दोबारा न हो, इसके लिए हम क्या कर रहे हैं',
  'postmortem.lessons': 'हमने क्या सीखा',
  'postmortem.apology': 'हमारे ग्राहकों के लिए',
  'postmortem.timeline': 'घटनाक्रम',
  'postmortem.figures': 'आँकड़ों में',
  'postmortem.window': 'अवधि',
  'postmortem.down': 'बंद रहा',
  'postmortem.degraded': 'धीमा रहा',
  'postmortem.detect': 'पता चलने में लगा समय',
  'postmortem.recover': 'बहाल होने में लगा समय',
  'postmortem.components': 'घटक',
  'postmortem.actions': 'आगे के कदम',
  'postmortem.action': 'कदम',
  'postmortem.owner': 'ज़िम्मेदार',
  'postmortem.due': 'कब तक',
}
