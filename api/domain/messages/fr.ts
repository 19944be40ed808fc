import { absence } from './fr/absence.ts'
import { allClear } from './fr/all-clear.ts'
import { chat } from './fr/chat.ts'
import { feed } from './fr/feed.ts'
import { history } from './fr/history.ts'
import { mail } from './fr/mail.ts'
import { maintenance } from './fr/maintenance.ts'
import { page } from './fr/page.ts'
import { postmortem } from './fr/postmortem.ts'
import { probe } from './fr/probe.ts'
import { refusal } from './fr/refusal.ts'
import { sms } from './fr/sms.ts'
import { text } from './fr/text.ts'
import { uptime } from './fr/uptime.ts'
import { words } from './fr/words.ts'
import { support } from './fr/support.ts'

/** French: what only operators read stays English. */
export const fr = {
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
