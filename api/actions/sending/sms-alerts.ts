import { sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { alerts, auditLog, smsUsage } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak } from '../../domain/message.ts'
import { inMillionths, pumping, spendAlerts, type SmsSettings } from '../../domain/sms.ts'
import { dayOf, DAY, startOfDay } from '../../domain/time.ts'
import { CODE_LASTS } from '../../domain/token.ts'
import { thePage } from '../page.ts'

/**
 * Tells operators once a day of each share of the day's money that is spent; for the batch that spends it, or after
 * something was refused because the rest does not suffice.
 */
export async function warnOfSpending(
  deps: Deps,
  settings: SmsSettings,
  { refused }: { refused: boolean },
): Promise<Statement[]> {
  const limit = settings.spend_per_day
  if (limit === null) return []
  const say = speak((await thePage(deps)).locale)
  const day = dayOf(deps.clock.now(), 'UTC')
  const spent = sql`(SELECT total(${smsUsage.cost}) FROM ${smsUsage} WHERE ${smsUsage.day} = ${day})`
  return spendAlerts.map((percent) => {
    const eventType = `sms_spend_${percent}` as const
    const threshold = (inMillionths(limit) * percent) / 100
    const values = { limit, currency: settings.currency, percent }
    return raiseOnce(deps, {
      eventType,
      severity: percent < 100 ? 'warning' : 'critical',
      title: say(`alert.${eventType}`),
      detail: say(`alert.${eventType}.detail`, values),
      since: startOfDay(day, 'UTC'),
      condition: refused && percent === 100 ? sql`true` : sql`${spent} >= ${threshold}`,
    })
  })
}

/** Tells operators once a day that hardly anybody confirms, when a code is sent; those that still hold are not counted. */
export async function warnOfPumping(deps: Deps, aCodeIsSent: SQL): Promise<Statement[]> {
  const now = deps.clock.now()
  const say = speak((await thePage(deps)).locale)
  const ofSms = sql`${auditLog.detail} ->> 'channel' = 'sms'`
  const codes = sql`(
    SELECT count(*) FROM ${auditLog} WHERE ${auditLog.at} BETWEEN ${now - DAY} AND ${now - CODE_LASTS}
      AND ${auditLog.action} = 'subscription.requested' AND ${ofSms}
      AND ${auditLog.detail} ->> 'answer' = 'challenge')`
  const confirmed = sql`(
    SELECT count(*) FROM ${auditLog} WHERE ${auditLog.at} >= ${now - DAY}
      AND ${auditLog.action} = 'subscription.confirmed' AND ${ofSms})`
  const warning = raiseOnce(deps, {
    eventType: 'sms_pumping',
    severity: 'critical',
    title: say('alert.sms_pumping'),
    detail: say('alert.sms_pumping.detail', { percent: pumping.confirmedPercent }),
    since: now - DAY,
    condition: sql`CASE WHEN ${aCodeIsSent}
      THEN ${codes} >= ${pumping.codes} AND ${confirmed} * 100 < ${codes} * ${pumping.confirmedPercent} END`,
  })
  return [warning]
}

type Warning = {
  eventType: string
  severity: 'warning' | 'critical'
  title: string
  detail: string
  /** One raised since then is enough. */
  since: number
  condition: SQL
}

function raiseOnce(deps: Deps, warning: Warning): Statement {
  const now = deps.clock.now()
  const { eventType, severity, title, detail, since, condition } = warning
  return deps.db.run(sql`
    INSERT INTO ${alerts} (id, source, event_type, severity, status, title, detail, created_at, updated_at)
    SELECT ${deps.newId()}, 'sms', ${eventType}, ${severity}, 'open', ${title}, ${detail}, ${now}, ${now}
    WHERE CASE WHEN ${condition} THEN NOT EXISTS (
      SELECT 1 FROM ${alerts} WHERE ${alerts.eventType} = ${eventType} AND ${alerts.createdAt} >= ${since}) END`)
}
