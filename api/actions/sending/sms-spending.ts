import { sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { batches, smsUsage } from '../../../db/schema.ts'
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

/** What an SMS costs, as the settings are before it is sent, and the day (UTC) that it is counted on. */
export type Bill = Limits & { expense: Expense }

export async function billFor(deps: Deps, { batch }: Claim, message: Sms): Promise<Bill> {
  const { settings, locale } = await billing(deps)
  const day = dayOf(batch.firstSentAt ?? deps.clock.now(), 'UTC')
  return { settings, locale, day, expense: expenseOf(settings, message) }
}

/** Of a batch whose money was set aside, until anything else is said of it. */
const SET_ASIDE = 'set_aside'

/**
 * Sets the money for an SMS aside in one conditional write before it is sent, so that no number of senders exceeds a
 * limit. It goes back when the SMS is certainly refused; what may have been sent counts as sent. Where nothing is limited
 * none is set aside. Null when it may be sent.
 */
export async function reserve(
  deps: Deps,
  { batch }: Claim,
  bill: Bill,
): Promise<{ refusal: Refusal; warning: Statement } | null> {
  const { settings, day, expense } = bill
  if (!isLimited(settings)) return null
  const affordable = fits(bill, expense)
  const [before, , taken] = (await deps.db.write([
    spentOn(deps, day, expense.country),
    deps.db.run(sql`
      UPDATE ${batches} SET code = ${SET_ASIDE} WHERE claim = ${batch.claim} AND ${affordable}`),
    count(deps, day, expense, affordable),
    ...warnOfSpending(deps, bill),
  ])) as [Spent[], unknown, object[]]
  if (taken.length > 0) return null
  const over = overspent(settings, before[0]!, expense)!
  return { refusal: refusal(settings, day, over), warning: warnOfEnd(deps, bill, over) }
}

/** The money for an SMS that is not sent; of one that was `claimed` only if it was set aside. */
export function refund(deps: Deps, { settings, day, expense }: Bill, claimed?: Claim): Statement[] {
  if (!isLimited(settings)) return []
  const wasSetAside = sql`EXISTS (
    SELECT 1 FROM ${batches} WHERE claim = ${claimed?.batch.claim ?? null} AND code = ${SET_ASIDE})`
  return [giveBack(deps, day, expense, claimed ? wasSetAside : sql`true`)]
}

/** What the outcome of a request means for the money and for operators; for the batch of the outcome. */
export function settleCosts(
  deps: Deps,
  bill: Bill,
  { batch, members }: Claim,
  outcome: Outcome,
): Statement[] {
  // Perhaps sent: the money stays where it is, and is counted when the SMS is found where none was set aside.
  if (outcome.kind === 'uncertain' || outcome.kind === 'drifted') return []
  const { settings, locale, day, expense } = bill
  const result = outcome.kind === 'answered' ? outcome.results[0]! : outcome
  if (result.kind === 'accepted')
    return [
      ...(isLimited(settings) ? [] : [count(deps, day, expense)]),
      ...(members[0]?.kind === 'confirmation' ? codeIsSent(deps, day, expense, locale) : []),
    ]
  const elsewhere = 'elsewhere' in result && result.elsewhere
  const refused = { provider: batch.provider, country: expense.country, ...result }
  return [...refund(deps, bill), ...(elsewhere ? [warnOfRefusal(deps, locale, refused)] : [])]
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

function giveBack(
  deps: Deps,
  day: string,
  { country, segments, cost }: Expense,
  condition: SQL,
): Statement {
  return deps.db.run(sql`
    UPDATE ${smsUsage} SET segments = max(0, segments - ${segments}), cost = max(0, cost - ${cost})
    WHERE day = ${day} AND country = ${country} AND ${condition}`)
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
