import { eq, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, smsUsage } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { countSegments } from '../../domain/segments.ts'
import { costOf, inMillionths, type SmsSettings } from '../../domain/sms.ts'
import { dayOf } from '../../domain/time.ts'
import type { Message } from '../../providers/provider.ts'
import { countryOf } from '../subscribers/addresses.ts'
import { warnOfPumping, warnOfSpending } from './sms-alerts.ts'
import { smsSettings } from './sms-settings.ts'

type Sms = Pick<Message, 'to' | 'text'>

/** Networks of no country, such as satellites: those who subscribed before countries were asked for. */
const NOWHERE = 'ZZ'

/** Why these messages may not be sent any more today (UTC), or null when there is money for them. */
export async function spendRefusal(
  deps: Deps,
  messages: Sms[],
): Promise<{ code: 'spend_limit'; reason: string } | null> {
  const settings = await smsSettings(deps)
  const limit = settings.spend_per_day
  if (limit === null) return null
  const [spent] = await deps.db
    .select({ cost: sql<number>`total(${smsUsage.cost})` })
    .from(smsUsage)
    .where(eq(smsUsage.day, dayOf(deps.clock.now(), 'UTC')))
  const cost = messages.reduce((sum, message) => sum + expense(settings, message).cost, 0)
  if (spent!.cost + cost <= inMillionths(limit)) return null
  await deps.db.write(await warnOfSpending(deps, settings, { refused: true }))
  const reason = `today's SMS may cost ${limit} ${settings.currency} at most`
  return { code: 'spend_limit', reason }
}

/** What was handed to an SMS provider, as it is counted; for the batch of the outcome. */
export async function usageOf(
  deps: Deps,
  messages: Pick<Message, 'id' | 'to' | 'text'>[],
): Promise<Statement[]> {
  if (messages.length === 0) return []
  const settings = await smsSettings(deps)
  const day = dayOf(deps.clock.now(), 'UTC')
  const usages = messages.map((message) =>
    deps.db
      .insert(smsUsage)
      .values({ day, ...expense(settings, message), codes: codesAmong([message]) })
      .onConflictDoUpdate({
        target: [smsUsage.day, smsUsage.country],
        set: {
          segments: sql`${smsUsage.segments} + excluded.segments`,
          cost: sql`${smsUsage.cost} + excluded.cost`,
          codes: sql`${smsUsage.codes} + excluded.codes`,
        },
      }),
  )
  return [
    ...usages,
    ...(await warnOfSpending(deps, settings, { refused: false })),
    ...(await warnOfPumping(deps, sql`${codesAmong(messages)} > 0`)),
  ]
}

function codesAmong(messages: Pick<Message, 'id'>[]) {
  return sql<number>`(
    SELECT count(*) FROM ${announcements} WHERE ${announcements.kind} = 'confirmation'
      AND ${announcements.id} IN (SELECT value FROM json_each(${JSON.stringify(messages.map(({ id }) => id))})))`
}

function expense(settings: SmsSettings, { to, text }: Sms) {
  const country = countryOf(to) ?? NOWHERE
  const { segments } = countSegments(text)
  return { country, segments, cost: costOf(settings, country, segments) }
}
