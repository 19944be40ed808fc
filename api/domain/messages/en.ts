import { absence } from './en/absence.ts'
import { alert } from './en/alert.ts'
import { alerts } from './en/alerts.ts'
import { allClear } from './en/all-clear.ts'
import { chat } from './en/chat.ts'
import { console } from './en/console.ts'
import { feed } from './en/feed.ts'
import { history } from './en/history.ts'
import { mail } from './en/mail.ts'
import { maintenance } from './en/maintenance.ts'
import { maintenances } from './en/maintenances.ts'
import { monitoring } from './en/monitoring.ts'
import { page } from './en/page.ts'
import { postmortem } from './en/postmortem.ts'
import { probe } from './en/probe.ts'
import { probeFields } from './en/probe-fields.ts'
import { probes } from './en/probes.ts'
import { refusal } from './en/refusal.ts'
import { reviews } from './en/reviews.ts'
import { sms } from './en/sms.ts'
import { subscribers } from './en/subscribers.ts'
import { telling } from './en/telling.ts'
import { text } from './en/text.ts'
import { uptime } from './en/uptime.ts'
import { watch } from './en/watch.ts'
import { words } from './en/words.ts'
import { support } from './en/support.ts'

/** English: the language every other one falls back to. */
export const en = {
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
  ...console,
  ...subscribers,
  ...telling,
  ...reviews,
  ...probe,
  ...probes,
  ...probeFields,
  ...monitoring,
  ...allClear,
  ...alert,
  ...alerts,
  ...watch,
  ...maintenances,
} as const
