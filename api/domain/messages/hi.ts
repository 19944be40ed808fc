import { absence } from './hi/absence.ts'
import { allClear } from './hi/all-clear.ts'
import { chat } from './hi/chat.ts'
import { feed } from './hi/feed.ts'
import { history } from './hi/history.ts'
import { mail } from './hi/mail.ts'
import { maintenance } from './hi/maintenance.ts'
import { page } from './hi/page.ts'
import { postmortem } from './hi/postmortem.ts'
import { probe } from './hi/probe.ts'
import { refusal } from './hi/refusal.ts'
import { sms } from './hi/sms.ts'
import { text } from './hi/text.ts'
import { uptime } from './hi/uptime.ts'
import { words } from './hi/words.ts'
import { support } from './hi/support.ts'

/** Hindi: what only operators read stays English. */
export const hi = {
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
