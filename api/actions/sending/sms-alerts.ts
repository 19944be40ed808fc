import { sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { auditLog, smsUsage } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak } from '../../domain/message.ts'
import {
  inMillionths,
  pumping,
  spendAlerts,
  type Overspent,
  type SmsSettings,
} from '../../domain/sms.ts'
import { dayOf, DAY, startOfDay } from '../../domain/time.ts'
import { CODE_LASTS } from '../../domain/token.ts'
import { raiseAll } from '../alerts/raising.ts'

type Limits = { settings: SmsSettings; locale: string; day: string }

/** Tells operators once a day of each share of the day's money that is spent; for the batch that spends it. */
export function warnOfSpending(deps: Deps, { settings, locale, day }: Limits): Statement[] {
  const limit = settings.spend_per_day
  if (limit === null) return []
  const spent = sql`(SELECT total(${smsUsage.cost}) FROM ${smsUsage} WHERE ${smsUsage.day} = ${day})`
  return spendAlerts.map((percent) => {
    const threshold = (inMillionths(limit) * percent) / 100
    const condition = sql`${spent} >= ${threshold}`
    return raiseOnce(deps, { ...spendWarning(settings, limit, percent, locale, day), condition })
  })
}

/** Tells operators once a day that the rest of a limit does not suffice any more. */
export function warnOfEnd(deps: Deps, limits: Limits, { country, limit }: Overspent): Statement {
  const { settings, locale, day } = limits
  if (country === null) return raiseOnce(deps, spendWarning(settings, limit, 100, locale, day))
  const say = speak(locale)
  const values = { country, limit, currency: settings.currency }
  return raiseOnce(deps, {
    eventType: `sms_spend_${country}`,
    severity: 'critical',
    title: say('alert.sms_spend_country', values),
    detail: say('alert.sms_spend_country.detail', values),
    since: startOfDay(day, 'UTC'),
  })
}

function spendWarning(
  { currency }: SmsSettings,
  limit: number,
  percent: (typeof spendAlerts)[number],
  locale: string,
  day: string,
): Warning {
  const say = speak(locale)
  const eventType = `sms_spend_${percent}` as const
  return {
    eventType,
    severity: percent < 100 ? 'warning' : 'critical',
    title: say(`alert.${eventType}`),
    detail: say(`alert.${eventType}.detail`, { limit, currency, percent }),
    since: startOfDay(day, 'UTC'),
  }
}

type Refused = { provider: string; country: string; code: string; reason: string }

/** Tells operators once a day that a sender may not send to a country, which only they can change. */
export function warnOfRefusal(deps: Deps, locale: string, refused: Refused): Statement {
  const say = speak(locale)
  return raiseOnce(deps, {
    eventType: `sms_refused_${refused.country}`,
    severity: 'warning',
    title: say('alert.sms_refused', refused),
    detail: say('alert.sms_refused.detail', refused),
    since: startOfDay(dayOf(deps.clock.now(), 'UTC'), 'UTC'),
  })
}

/** Tells operators once a day that hardly anybody confirms, when a code is sent; those that still hold are not counted. */
export function warnOfPumping(deps: Deps, locale: string): Statement {
  const now = deps.clock.now()
  const say = speak(locale)
  const ofSms = sql`${auditLog.detail} ->> 'channel' = 'sms'`
  const codes = sql`(
    SELECT count(*) FROM ${auditLog} WHERE ${auditLog.at} BETWEEN ${now - DAY} AND ${now - CODE_LASTS}
      AND ${auditLog.action} = 'subscription.requested' AND ${ofSms}
      AND ${auditLog.detail} ->> 'answer' = 'challenge')`
  const confirmed = sql`(
    SELECT count(*) FROM ${auditLog} WHERE ${auditLog.at} >= ${now - DAY}
      AND ${auditLog.action} = 'subscription.confirmed' AND ${ofSms})`
  return raiseOnce(deps, {
    eventType: 'sms_pumping',
    severity: 'critical',
    title: say('alert.sms_pumping'),
    detail: say('alert.sms_pumping.detail', { percent: pumping.confirmedPercent }),
    since: now - DAY,
    condition: sql`${codes} >= ${pumping.codes} AND ${confirmed} * 100 < ${codes} * ${pumping.confirmedPercent}`,
  })
}

type Warning = {
  eventType: string
  severity: 'warning' | 'critical'
  title: string
  detail: string
  /** One raised since then is enough. */
  since: number
  condition?: SQL
}

function raiseOnce(deps: Deps, warning: Warning): Statement {
  const { eventType, since, condition = sql`true`, ...words } = warning
  const today = dayOf(deps.clock.now(), 'UTC')
  const known = sql`SELECT 1 FROM alerts known WHERE known.source = 'sms' AND known.event_type = ${eventType}
    AND known.created_at >= ${since}`
  return raiseAll(
    deps,
    [{ source: 'sms', dedupeKey: `${eventType}:${today}`, eventType, ...words }],
    sql`CASE WHEN ${condition} THEN NOT EXISTS (${known}) END`,
  )
}
