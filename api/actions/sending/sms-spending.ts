import { sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { smsUsage } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Outcome } from '../../domain/delivery.ts'
import { countSegments } from '../../domain/segments.ts'
import {
  costOf,
  inMillionths,
  isLimited,
  overspent,
  type Overspent,
  type SmsSettings,
} from '../../domain/sms.ts'
import { addDays, dayOf } from '../../domain/time.ts'
import type { Message } from '../../providers/provider.ts'
import { countryOf } from '../subscribers/addresses.ts'
import type { Claim } from './batches.ts'
import { warnOfEnd, warnOfPumping, warnOfRefusal, warnOfSpending } from './sms-alerts.ts'
import { billing } from './sms-settings.ts'

type Sms = Pick<Message, 'to' | 'text'>
type Refusal = { code: 'spend_limit'; reason: string }

/** Networks of no country, such as satellites: those who subscribed before countries were asked for. */
const NOWHERE = 'ZZ'

/** Why no such SMS may be sent any more today (UTC), or null when there is money for it; none is taken. */
export async function spendRefusal(deps: Deps, message: Sms): Promise<Refusal | null> {
  const { settings, locale } = await billing(deps)
  if (!isLimited(settings)) return null
  const day = dayOf(deps.clock.now(), 'UTC')
  const expense = expenseOf(settings, message)
  const [spent] = await spentOn(deps, day, expense.country)
  const over = overspent(settings, spent!, expense)
  if (!over) return null
  await deps.db.write([warnOfEnd(deps, { settings, locale, day }, over)])
  return refusal(settings, day, over)
}

/** The money for an SMS, and the day (UTC) on which it was set aside; where nothing is limited, none is. */
export type Reservation = { day: string; isTaken: boolean }

/**
 * Sets the money for an SMS aside in one conditional write before it is sent, so that no number of senders exceeds a
 * limit. It goes back when the SMS is certainly refused; what may have been sent counts as sent.
 */
export async function reserve(
  deps: Deps,
  { batch }: Claim,
  message: Sms,
): Promise<Reservation | { refusal: Refusal; warning: Statement }> {
  const { settings, locale } = await billing(deps)
  const day = dayOf(batch.firstSentAt ?? deps.clock.now(), 'UTC')
  if (!isLimited(settings)) return { day, isTaken: false }
  const limits = { settings, locale, day }
  const expense = expenseOf(settings, message)
  const [before, taken] = (await deps.db.write([
    spentOn(deps, day, expense.country),
    count(deps, day, expense, fits(limits, expense)),
    ...warnOfSpending(deps, limits),
  ])) as [Spent[], object[]]
  if (taken.length > 0) return { day, isTaken: true }
  const over = overspent(settings, before[0]!, expense)!
  return { refusal: refusal(settings, day, over), warning: warnOfEnd(deps, limits, over) }
}

/** What the outcome of a request means for the money and for operators; for the batch of the outcome. */
export async function settleCosts(
  deps: Deps,
  reservation: Reservation,
  { batch, members }: Claim,
  message: Sms,
  outcome: Outcome,
): Promise<Statement[]> {
  // Perhaps sent: the money stays where it is, and is counted when the SMS is found where none was set aside.
  if (outcome.kind === 'uncertain' || outcome.kind === 'drifted') return []
  const { settings, locale } = await billing(deps)
  const { day, isTaken } = reservation
  const expense = expenseOf(settings, message)
  const result = outcome.kind === 'answered' ? outcome.results[0]! : outcome
  if (result.kind === 'accepted')
    return [
      ...(isTaken ? [] : [count(deps, day, expense)]),
      ...(members[0]?.kind === 'confirmation' ? codeIsSent(deps, day, expense, locale) : []),
    ]
  const elsewhere = 'elsewhere' in result && result.elsewhere
  const refused = { provider: batch.provider, country: expense.country, ...result }
  return [
    ...(isTaken ? [giveBack(deps, day, expense)] : []),
    ...(elsewhere ? [warnOfRefusal(deps, locale, refused)] : []),
  ]
}

/** What an SMS cost that was found at the provider; one that this life of the database sent was paid for before. */
export async function costsOfFound(
  deps: Deps,
  { batch, members }: Claim,
  message: Sms,
  { isOurs }: { isOurs: boolean },
): Promise<Statement[]> {
  const { settings, locale } = await billing(deps)
  const day = dayOf(batch.firstSentAt ?? deps.clock.now(), 'UTC')
  const expense = expenseOf(settings, message)
  return [
    ...(isOurs && isLimited(settings) ? [] : [count(deps, day, expense)]),
    ...(members[0]?.kind === 'confirmation' ? codeIsSent(deps, day, expense, locale) : []),
  ]
}

type Expense = { country: string; segments: number; cost: number }
type Spent = { inAll: number; inCountry: number }
type Limits = { settings: SmsSettings; locale: string; day: string }

function expenseOf(settings: SmsSettings, { to, text }: Sms): Expense {
  const country = countryOf(to) ?? NOWHERE
  const { segments } = countSegments(text)
  return { country, segments, cost: costOf(settings, country, segments) }
}

function spentOn(deps: Deps, day: string, country: string) {
  return deps.db
    .select({
      inAll: sql<number>`total(${smsUsage.cost})`,
      inCountry: sql<number>`total(CASE WHEN ${smsUsage.country} = ${country} THEN ${smsUsage.cost} END)`,
    })
    .from(smsUsage)
    .where(sql`${smsUsage.day} = ${day}`)
}

/** `overspent` in the words of the database. */
function fits({ settings, day }: Limits, { country, cost }: Expense): SQL {
  const { spend_per_day: perDay, spend_per_country } = settings
  const perCountry = spend_per_country?.[country]
  const within = (limit: number, whose: SQL) => sql`(
    SELECT total(cost) FROM ${smsUsage} WHERE day = ${day} ${whose}) + ${cost} <= ${inMillionths(limit)}`
  return sql`${perDay === null ? sql`true` : within(perDay, sql``)}
    AND ${perCountry === undefined ? sql`true` : within(perCountry, sql`AND country = ${country}`)}`
}

function count(
  deps: Deps,
  day: string,
  { country, segments, cost }: Expense,
  condition = sql`true`,
) {
  return deps.db.all<object>(sql`
    INSERT INTO ${smsUsage} (day, country, segments, cost)
    SELECT ${day}, ${country}, ${segments}, ${cost} WHERE ${condition}
    ON CONFLICT (day, country) DO UPDATE SET
      segments = segments + excluded.segments, cost = cost + excluded.cost
    RETURNING country`)
}

function giveBack(deps: Deps, day: string, { country, segments, cost }: Expense): Statement {
  return deps.db.run(sql`
    UPDATE ${smsUsage} SET segments = max(0, segments - ${segments}), cost = max(0, cost - ${cost})
    WHERE day = ${day} AND country = ${country}`)
}

function codeIsSent(deps: Deps, day: string, { country }: Expense, locale: string): Statement[] {
  return [
    deps.db.run(sql`
      UPDATE ${smsUsage} SET codes = codes + 1 WHERE day = ${day} AND country = ${country}`),
    warnOfPumping(deps, locale),
  ]
}

function refusal(settings: SmsSettings, day: string, { country, limit }: Overspent): Refusal {
  const what = country === null ? 'SMS' : `SMS to ${country}`
  const reason = `${what} may cost ${limit} ${settings.currency} a day at most; the next day begins on ${addDays(day, 1)} at 00:00 UTC`
  return { code: 'spend_limit', reason }
}
