import { absence } from './de/absence.ts'
import { allClear } from './de/all-clear.ts'
import { chat } from './de/chat.ts'
import { feed } from './de/feed.ts'
import { history } from './de/history.ts'
import { mail } from './de/mail.ts'
import { maintenance } from './de/maintenance.ts'
import { page } from './de/page.ts'
import { postmortem } from './de/postmortem.ts'
import { probe } from './de/probe.ts'
import { refusal } from './de/refusal.ts'
import { sms } from './de/sms.ts'
import { text } from './de/text.ts'
import { uptime } from './de/uptime.ts'
import { words } from './de/words.ts'
import { support } from './de/support.ts'

/** German: what only operators read stays English. */
export const de = {
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
