import { absence } from './es/absence.ts'
import { allClear } from './es/all-clear.ts'
import { chat } from './es/chat.ts'
import { feed } from './es/feed.ts'
import { history } from './es/history.ts'
import { mail } from './es/mail.ts'
import { maintenance } from './es/maintenance.ts'
import { page } from './es/page.ts'
import { postmortem } from './es/postmortem.ts'
import { probe } from './es/probe.ts'
import { refusal } from './es/refusal.ts'
import { sms } from './es/sms.ts'
import { text } from './es/text.ts'
import { uptime } from './es/uptime.ts'
import { words } from './es/words.ts'
import { support } from './es/support.ts'

/** Spanish: what only operators read stays English. */
export const es = {
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
