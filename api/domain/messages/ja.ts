import { absence } from './ja/absence.ts'
import { allClear } from './ja/all-clear.ts'
import { chat } from './ja/chat.ts'
import { feed } from './ja/feed.ts'
import { history } from './ja/history.ts'
import { mail } from './ja/mail.ts'
import { maintenance } from './ja/maintenance.ts'
import { page } from './ja/page.ts'
import { postmortem } from './ja/postmortem.ts'
import { probe } from './ja/probe.ts'
import { refusal } from './ja/refusal.ts'
import { sms } from './ja/sms.ts'
import { text } from './ja/text.ts'
import { uptime } from './ja/uptime.ts'
import { words } from './ja/words.ts'
import { support } from './ja/support.ts'

/** Japanese: what only operators read stays English. */
export const ja = {
  ...words,
  ...page,
  ...support,
  ...absence,
  ...uptime,
  ...feed,
  ...history,
  ...mail,
  ...maintenance,
  ...postmortem,
  ...refusal,
  ...sms,
  ...text,
  ...chat,
  ...probe,
  ...allClear,
}
