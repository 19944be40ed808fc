import type { sms as english } from '../en/sms.ts'
import type { Translation } from '../translation.ts'

export const sms: Translation<typeof english> = {
  'sms.incident': '{status}: {name}, {time}, {page}।',
  'sms.next_update': 'अगला अपडेट {time} तक।',
  'sms.maintenance_scheduled': 'रखरखाव तय: {name}, {start}, {duration}, {page}।',
  'sms.maintenance_reminder': '{start} से रखरखाव: {name}, {duration}, {page}।',
  'sms.maintenance_started': 'रखरखाव शुरू: {name}, {end} तक, {page}।',
  'sms.maintenance_updated': 'रखरखाव अपडेट: {name}, {end} तक, {page}।',
  'sms.maintenance_extended': 'रखरखाव बढ़ा: {name}, {end} तक, {page}।',
  'sms.maintenance_moved': 'रखरखाव का नया समय: {name}, {start}, {duration}, {page}।',
  'sms.maintenance_planned': 'रखरखाव अपडेट: {name}, {start}, {duration}, {page}।',
  'sms.maintenance_completed': 'रखरखाव पूरा: {name}, {time}, {page}।',
  'sms.maintenance_cancelled': 'रखरखाव रद्द: {name}, {start}, {page}।',
  'sms.postmortem_published': 'जाँच रिपोर्ट: {name}, {page}।',
  'sms.digest': {
    one: '{page}: {n} बाधा/रखरखाव की नई जानकारी। {names}',
    other: '{page}: {n} बाधाओं/रखरखाव की नई जानकारी। {names}',
  },
  'sms.confirmation':
    '{code}: {page} का कोड (10 मिनट)। संदेश कम-ज़्यादा आते हैं, शुल्क लग सकता है। मदद: HELP, बंद: STOP',
  'sms.already_subscribed': '{page}: अपडेट पहले से चालू हैं, कुछ नहीं बदला।',
  'sms.help': 'आपकी चुनी हुई सेवा-सूचनाएँ। सेटिंग: {url} संदेश व डेटा शुल्क लग सकता है। बंद करने के लिए STOP भेजें।',
}
