import type { MessageKey } from '../api/domain/message.ts'
import type { Trouble } from '../api/routes/telling-views.ts'
import type { Voice } from './voice.ts'

type Advice = { why: MessageKey; todo: MessageKey }

const spend: Advice = { why: 'console.why.spend_limit', todo: 'console.todo.spend_limit' }
const account: Advice = { why: 'console.why.account', todo: 'console.todo.account' }
const quota: Advice = { why: 'console.why.quota', todo: 'console.todo.quota' }
const lost: Advice = { why: 'console.why.lost', todo: 'console.todo.again' }
const down: Advice = { why: 'console.why.down', todo: 'console.todo.again' }
const limits: Advice = { why: 'console.why.limits', todo: 'console.todo.later' }
const address: Advice = { why: 'console.why.address', todo: 'console.todo.address' }
const gone: Advice = { why: 'console.why.gone', todo: 'console.todo.address' }
const silence: Advice = { why: 'console.why.stopped_by_them', todo: 'console.todo.silence' }
const sender: Advice = { why: 'console.why.unroutable', todo: 'console.todo.sender' }
const filtered: Advice = { why: 'console.why.filtered', todo: 'console.todo.filtered' }

/** What codes mean to an operator: ours, Resend's, Twilio's (https://www.twilio.com/docs/api/errors) and HTTP's. */
const byCode: Record<string, Advice> = {
  spend_limit: spend,
  timeout: lost,
  network: lost,
  unreadable: down,
  rendering: { why: 'console.why.rendering', todo: 'console.todo.rendering' },
  provider_gone: { why: 'console.why.provider_gone', todo: 'console.todo.provider_gone' },
  address,

  daily_quota_exceeded: quota,
  monthly_quota_exceeded: quota,
  missing_api_key: account,
  restricted_api_key: account,
  invalid_api_key: account,
  suspended_api_key: account,
  invalid_permission: account,
  invalid_from_address: account,
  rate_limit_exceeded: limits,
  application_error: down,
  service_unavailable: down,
  internal_server_error: down,
  NoEmail: address,
  MailboxFull: { why: 'console.why.full', todo: 'console.todo.later' },

  '20003': account,
  '20005': account,
  '30002': account,
  '63038': quota,
  '20429': limits,
  '20500': down,
  '20503': down,
  '21611': limits,
  '30001': limits,
  '21211': address,
  '21614': address,
  '21635': address,
  '30005': address,
  '30006': address,
  '21610': silence,
  '21408': { why: 'console.why.country', todo: 'console.todo.country' },
  '21608': sender,
  '21612': sender,
  '30003': { why: 'console.why.off', todo: 'console.todo.later' },
  '30004': filtered,
  '30007': filtered,
  '30036': { why: 'console.why.expired', todo: 'console.todo.late' },

  http_404: gone,
  http_410: gone,
  http_429: limits,
}

/** What is known from where it ended, when no code says more. */
const byState: Partial<Record<Trouble['state'], Advice>> = {
  failed: { why: 'console.why.refused', todo: 'console.todo.look' },
  bounced: { why: 'console.why.bounced', todo: 'console.todo.address' },
  undelivered: { why: 'console.why.off', todo: 'console.todo.later' },
  suppressed: { why: 'console.why.suppressed', todo: 'console.todo.silence' },
  dead: { why: 'console.why.dead', todo: 'console.todo.again' },
  expired: { why: 'console.why.expired', todo: 'console.todo.late' },
  unknown: { why: 'console.why.unknown', todo: 'console.todo.unknown' },
}

/** Why a group of people was not told, and what to do about it. */
export function adviceFor({ state, code, reason }: Omit<Trouble, 'channel' | 'count'>): Advice {
  const end = byState[state] ?? byState.dead!
  // Whatever went wrong before: that nobody knows is what counts.
  if (state === 'unknown') return end
  // Resend has one name for all that is wrong with a mail.
  if (code === 'validation_error' && reason?.includes('`to`')) return address
  const known = code === null ? undefined : Object.hasOwn(byCode, code) ? byCode[code] : undefined
  if (known) return known
  return code !== null && code.startsWith('http_5') ? down : end
}

/** Such as `37 people by SMS: today's SMS limit is reached.` */
export function sayTrouble(trouble: Trouble, { say, number }: Voice): string {
  return say('console.trouble.group', {
    n: trouble.count,
    count: number(trouble.count),
    channel: say(`console.by.${trouble.channel}`),
    why: say(adviceFor(trouble).why),
  })
}

/** What the other side said, where that is more than its code. */
export function sayAnswer({ code, reason }: Trouble, { say }: Voice): string | null {
  if (reason && code) return say('console.trouble.said', { reason, code })
  if (reason) return say('console.trouble.said.reason', { reason })
  return code ? say('console.trouble.said.code', { code }) : null
}
