import { and, eq, ne, sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { providerGates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { CIRCUIT_FAILURES, CIRCUIT_PAUSE, signOf, type Sign } from '../../domain/attempt.ts'
import type { Outcome } from '../../domain/delivery.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import type { Provider } from '../../providers/provider.ts'
import { allowsAnother, givingOneBack, takingOne, wasSetBack } from './rates.ts'

/** Who died with the trial of a half-open circuit is followed by the next after this; longer than any request. */
const TRIAL = MINUTE

type Request = { claim: string; isConfirmation: boolean; isDue: SQL }

/**
 * Lets one claim through, shared by all workers through the database: not during a pause, not faster than the rate, one
 * at a time while the circuit is half open, and only when something is due.
 */
export function grant(deps: Deps, provider: Provider, request: Request): Statement[] {
  if (provider.independent) return []
  const now = deps.clock.now()
  return [
    deps.db.run(sql`
      UPDATE ${providerGates} SET granted_to = ${request.claim}, updated_at = ${now}, ${takingOne(now)},
        not_before = CASE circuit WHEN 'closed' THEN ${pausedUntil(now)} ELSE ${now + TRIAL} END,
        circuit = CASE circuit WHEN 'closed' THEN 'closed' ELSE 'half_open' END
      WHERE provider = ${provider.name} AND ${pausedUntil(now)} <= ${now}
        AND ${allowsAnother(now, request.isConfirmation)} AND ${request.isDue}`),
  ]
}

/** Until when nothing may be asked. A clock that was set back is not paid for with silence. */
export function pausedUntil(now: number): SQL {
  return sql`CASE WHEN ${wasSetBack(now)} THEN 0 ELSE not_before END`
}

export function isGranted(provider: Provider, claim: string): SQL {
  // Where each address is a server of its own there is nothing that all share.
  if (provider.independent) return sql`true`
  return sql`EXISTS (
    SELECT 1 FROM ${providerGates} WHERE provider = ${provider.name} AND granted_to = ${claim})`
}

/** A request that was not made takes nothing from the rate, and proves nothing of the provider. */
export function giveBack(
  deps: Deps,
  provider: Provider,
  claim: string | null,
  condition = sql`true`,
): Statement[] {
  if (provider.independent) return []
  const now = deps.clock.now()
  return [
    updateGate(
      deps,
      provider,
      sql`${givingOneBack()},
        not_before = CASE WHEN ${isTrial(claim)} THEN ${now} ELSE ${pausedUntil(now)} END`,
      condition,
    ),
  ]
}

/** True while nothing may be asked of a provider. */
export async function isPaused(deps: Deps, provider: Provider): Promise<boolean> {
  if (provider.independent) return false
  const now = deps.clock.now()
  const paused = await deps.db
    .select({ provider: providerGates.provider })
    .from(providerGates)
    .where(and(eq(providerGates.provider, provider.name), sql`${pausedUntil(now)} > ${now}`))
  return paused.length > 0
}

/** A question without an answer shows as well as a message that the provider is not back yet. */
export function pauseAgain(deps: Deps, provider: Provider): Statement {
  const now = deps.clock.now()
  return deps.db
    .update(providerGates)
    .set({
      notBefore: sql`max(${pausedUntil(now)}, ${now + CIRCUIT_PAUSE})`,
      updatedAt: now,
    })
    .where(and(eq(providerGates.provider, provider.name), ne(providerGates.circuit, 'closed')))
}

/**
 * True while new messages are for a provider of the same channel that comes before this one. Where its circuit is not
 * closed the next one stands in, but for the trials that show when it is well again.
 */
export function standsBy(deps: Deps, provider: Provider): SQL {
  const preferred = deps.providers
    .slice(0, deps.providers.indexOf(provider))
    .filter(({ channel }) => channel === provider.channel)
    .map(({ name }) => name)
  if (preferred.length === 0) return sql`false`
  return sql`((
    SELECT count(*) FROM ${providerGates}
    WHERE provider IN (SELECT value FROM json_each(${JSON.stringify(preferred)})) AND circuit <> 'closed'
    ) < ${preferred.length})`
}

/** What an outcome does to the gate; `claim` is that of the request, none for mere questions. */
export function gateAfter(
  deps: Deps,
  provider: Provider,
  outcome: Outcome,
  claim: string | null = null,
): Statement[] {
  if (provider.independent) return []
  const why = 'code' in outcome ? outcome : { code: '', reason: '' }
  const change = changeBy(signOf(outcome), why, claim, deps.clock.now())
  const rate = rateFrom(outcome)
  return [
    ...(change ? [updateGate(deps, provider, change.set, change.where)] : []),
    ...(rate === null
      ? []
      : [
          updateGate(
            deps,
            provider,
            sql`rate_per_second = ${rate}`,
            sql`rate_per_second <> ${rate}`,
          ),
        ]),
  ]
}

function updateGate(deps: Deps, { name }: Provider, set: SQL, where: SQL): Statement {
  const now = deps.clock.now()
  // Of two words on one column the last one counts.
  return deps.db.run(sql`
    UPDATE ${providerGates} SET not_before = ${pausedUntil(now)}, ${set}, updated_at = ${now}
    WHERE provider = ${name} AND ${where}`)
}

/** That a request is the one that shows whether the provider is well again. */
function isTrial(claim: string | null): SQL {
  return claim === null ? sql`false` : sql`(circuit = 'half_open' AND granted_to = ${claim})`
}

/** All in one update: what others do to the gate at the same moment must not be lost. */
function changeBy(
  sign: Sign,
  why: { code: string; reason: string },
  claim: string | null,
  now: number,
): { set: SQL; where: SQL } | null {
  const trial = isTrial(claim)
  const pausedFor = (ms: number) =>
    sql`CASE WHEN ${trial} THEN ${now + ms} ELSE max(${pausedUntil(now)}, ${now + ms}) END`
  switch (sign.kind) {
    case 'well': {
      // What was sent before the circuit opened must not close it; its trial and questions come after that.
      const proves = claim === null ? sql`true` : sql`(circuit = 'closed' OR ${trial})`
      return {
        set: sql`circuit = 'closed', failures = 0, opened_at = NULL, code = NULL, reason = NULL,
          not_before = CASE circuit WHEN 'closed' THEN ${pausedUntil(now)} ELSE 0 END`,
        where: sql`(circuit <> 'closed' OR failures > 0) AND ${proves}`,
      }
    }
    case 'silent': {
      const opens = sql`(${trial} OR (circuit = 'closed' AND failures + 1 >= ${CIRCUIT_FAILURES}))`
      const shows = sql`(circuit <> 'closed' OR ${opens})`
      return {
        set: sql`failures = failures + 1,
          circuit = CASE WHEN ${opens} THEN 'open' ELSE circuit END,
          opened_at = CASE WHEN ${opens} THEN coalesce(opened_at, ${now}) ELSE opened_at END,
          not_before = CASE WHEN ${opens} THEN ${pausedFor(CIRCUIT_PAUSE)} ELSE ${pausedUntil(now)} END,
          code = CASE WHEN ${shows} THEN ${why.code} ELSE code END,
          reason = CASE WHEN ${shows} THEN ${why.reason} ELSE reason END`,
        where: sql`true`,
      }
    }
    case 'refusing':
      return {
        set: sql`circuit = 'open', opened_at = coalesce(opened_at, ${now}),
          code = ${why.code}, reason = ${why.reason}, not_before = ${pausedFor(sign.pauseMs)}`,
        where: sql`true`,
      }
    case 'slowing':
      return { set: sql`not_before = ${pausedFor(sign.pauseMs)}`, where: sql`true` }
    case 'none':
      return { set: sql`not_before = ${now}`, where: trial }
  }
}

/** The provider's headers know its rate better than we do. */
function rateFrom(outcome: Outcome): number | null {
  const limits = 'limits' in outcome ? outcome.limits : undefined
  return limits && limits.limit > 0 && limits.reset_ms <= 2 * SECOND ? limits.limit : null
}
