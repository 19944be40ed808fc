import { and, eq, sql } from 'drizzle-orm'
import type { Statement } from '../../db/client.ts'
import { providerGates } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { afterOutcome, type Circuit } from '../domain/attempt.ts'
import type { Limits, Outcome } from '../domain/delivery.ts'
import { SECOND } from '../domain/time.ts'
import type { Provider } from '../providers/provider.ts'

/** Thousandths of a request: the bucket's unit. */
const REQUEST = 1000
/** A half-open circuit lets one request through per this time. */
const TRIAL = 30 * SECOND

/** Makes sure that the gate exists; harmless when it does. */
export async function openGate(deps: Deps, provider: Provider): Promise<void> {
  const now = deps.clock.now()
  await deps.db
    .insert(providerGates)
    .values({
      provider: provider.name,
      ratePerSecond: provider.ratePerSecond,
      tokens: Math.max(1, provider.ratePerSecond) * REQUEST,
      refilledAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing()
}

/**
 * Takes the right to make one request, shared by all workers through the database. Part of the rate is kept for
 * confirmations, so that a large fan-out never delays somebody who is signing up. Returns false when it must wait.
 */
export async function passGate(
  deps: Deps,
  provider: Provider,
  confirmation: boolean,
): Promise<boolean> {
  const now = deps.clock.now()
  const gate = await deps.db.query.providerGates.findFirst({
    where: eq(providerGates.provider, provider.name),
  })
  if (!gate) {
    await openGate(deps, provider)
    return passGate(deps, provider, confirmation)
  }
  if (gate.notBefore > now) return false
  if (gate.circuit === 'closed' && gate.ratePerSecond === 0) return true
  const trial = gate.circuit !== 'closed'
  const capacity = Math.max(1, gate.ratePerSecond) * REQUEST
  const refilled = sql`min(${capacity}, ${providerGates.tokens} + (${now} - ${providerGates.refilledAt}) * ${gate.ratePerSecond})`
  const reserve = confirmation || gate.ratePerSecond < 2 ? 0 : REQUEST
  const taken = await deps.db
    .update(providerGates)
    .set({
      ...(gate.ratePerSecond > 0 ? { tokens: sql`${refilled} - ${REQUEST}`, refilledAt: now } : {}),
      ...(trial ? { circuit: 'half_open', notBefore: now + TRIAL } : {}),
      updatedAt: now,
    })
    .where(
      and(
        eq(providerGates.provider, provider.name),
        sql`${providerGates.notBefore} <= ${now}`,
        eq(providerGates.circuit, gate.circuit),
        gate.ratePerSecond > 0 ? sql`${refilled} >= ${REQUEST + reserve}` : undefined,
      ),
    )
    .returning({ provider: providerGates.provider })
  return taken.length > 0
}

/** What an outcome does to the gate, or nothing when it changes nothing. */
export async function gateAfter(
  deps: Deps,
  provider: Provider,
  outcome: Outcome,
): Promise<Statement[]> {
  const now = deps.clock.now()
  const gate = await deps.db.query.providerGates.findFirst({
    where: eq(providerGates.provider, provider.name),
  })
  const before: Circuit = gate ?? { circuit: 'closed', failures: 0 }
  const change = afterOutcome(before, outcome)
  const rate = rateFrom(outcome, gate?.ratePerSecond ?? provider.ratePerSecond)
  const unchanged =
    change.circuit === before.circuit &&
    change.failures === before.failures &&
    change.pauseMs === 0 &&
    rate === gate?.ratePerSecond
  if (unchanged) return []
  const trouble = 'reason' in outcome && change.circuit !== 'closed'
  return [
    deps.db
      .update(providerGates)
      .set({
        circuit: change.circuit,
        failures: change.failures,
        ratePerSecond: rate,
        openedAt: change.circuit === 'closed' ? null : (gate?.openedAt ?? now),
        ...(trouble
          ? { code: outcome.code, reason: outcome.reason }
          : change.circuit === 'closed'
            ? { code: null, reason: null }
            : {}),
        notBefore:
          change.circuit === 'closed' && change.pauseMs === 0
            ? 0
            : sql`max(${providerGates.notBefore}, ${now + change.pauseMs})`,
        updatedAt: now,
      })
      .where(eq(providerGates.provider, provider.name)),
  ]
}

/** The provider's headers know its rate better than we do. */
function rateFrom(outcome: Outcome, rate: number): number {
  const limits: Limits | undefined = 'limits' in outcome ? outcome.limits : undefined
  if (!limits || limits.limit <= 0 || limits.reset_ms > 2 * SECOND) return rate
  return limits.limit
}
