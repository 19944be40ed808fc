import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { providerGates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { afterOutcome, type Circuit } from '../../domain/attempt.ts'
import type { Limits, Outcome } from '../../domain/delivery.ts'
import { SECOND } from '../../domain/time.ts'
import type { Provider } from '../../providers/provider.ts'

type Gate = typeof providerGates.$inferSelect

/** Thousandths of a request: the bucket's unit. */
const REQUEST = 1000
/** A half-open circuit lets one request through per this time. */
const TRIAL = 30 * SECOND

/** Opened by this process already, at the rate that is configured now. */
const opened = new WeakMap<Deps, Set<string>>()

/** Makes sure that the gate exists and knows the configured rate, once per process. */
async function openGate(deps: Deps, provider: Provider): Promise<void> {
  const mine = opened.get(deps) ?? new Set()
  opened.set(deps, mine)
  if (mine.has(provider.name)) return
  const now = deps.clock.now()
  const { ratePerSecond } = provider
  await deps.db
    .insert(providerGates)
    .values({
      provider: provider.name,
      ratePerSecond,
      tokens: Math.max(1, ratePerSecond) * REQUEST,
      refilledAt: now,
      updatedAt: now,
    })
    .onConflictDoUpdate({ target: providerGates.provider, set: { ratePerSecond } })
  mine.add(provider.name)
}

async function gateOf(deps: Deps, provider: Provider) {
  await openGate(deps, provider)
  const gate = await deps.db.query.providerGates.findFirst({
    where: eq(providerGates.provider, provider.name),
  })
  return gate!
}

/** True while nothing may be asked of a provider. */
export async function isPaused(deps: Deps, provider: Provider): Promise<boolean> {
  if (provider.independent) return false
  const gate = await gateOf(deps, provider)
  return gate.notBefore > deps.clock.now()
}

/** A question without an answer shows as well as a message that the provider is not back yet. */
export function pauseAgain(deps: Deps, provider: Provider): Statement {
  const now = deps.clock.now()
  return deps.db
    .update(providerGates)
    .set({ notBefore: sql`max(${providerGates.notBefore}, ${now + TRIAL})`, updatedAt: now })
    .where(and(eq(providerGates.provider, provider.name), ne(providerGates.circuit, 'closed')))
}

/**
 * True while new messages are for a provider of the same channel that comes before this one. Where its circuit is not
 * closed the next one stands in, but for the trials that show when it is well again.
 */
export async function isStandingBy(deps: Deps, provider: Provider): Promise<boolean> {
  const preferred = deps.providers
    .slice(0, deps.providers.indexOf(provider))
    .filter(({ channel }) => channel === provider.channel)
    .map(({ name }) => name)
  if (preferred.length === 0) return false
  const troubled = await deps.db.$count(
    providerGates,
    and(inArray(providerGates.provider, preferred), ne(providerGates.circuit, 'closed')),
  )
  return troubled < preferred.length
}

/** Below this rate nothing is kept back: it would be half of it. */
const RESERVING_RATE = 5

/**
 * Takes the right to make one request, shared by all workers through the database, and returns 0; otherwise the
 * milliseconds until the rate allows another, or Infinity during a pause. Part of the rate is kept for confirmations, so that a large fan-out
 * never delays somebody who is signing up.
 */
export async function waitAtGate(
  deps: Deps,
  provider: Provider,
  confirmation: boolean,
): Promise<number> {
  // Where each address is a server of its own there is nothing that all share.
  if (provider.independent) return 0
  const now = deps.clock.now()
  const gate = await gateOf(deps, provider)
  if (gate.notBefore > now) return Infinity
  const limited = gate.ratePerSecond > 0
  if (gate.circuit === 'closed' && !limited) return 0
  const needed = REQUEST + (confirmation || gate.ratePerSecond < RESERVING_RATE ? 0 : REQUEST)
  const capacity = Math.max(1, gate.ratePerSecond) * REQUEST
  // A clock that was set back must not be paid for with silence.
  const refilled = sql`min(${capacity}, ${providerGates.tokens} + max(0, ${now} - ${providerGates.refilledAt}) * ${gate.ratePerSecond})`
  const taken = await deps.db
    .update(providerGates)
    .set({
      ...(limited ? { tokens: sql`${refilled} - ${REQUEST}`, refilledAt: now } : {}),
      ...(gate.circuit === 'closed' ? {} : { circuit: 'half_open', notBefore: now + TRIAL }),
      updatedAt: now,
    })
    .where(
      and(
        eq(providerGates.provider, provider.name),
        sql`${providerGates.notBefore} <= ${now}`,
        eq(providerGates.circuit, gate.circuit),
        limited ? sql`${refilled} >= ${needed}` : undefined,
      ),
    )
    .returning({ provider: providerGates.provider })
  if (taken.length > 0) return 0
  if (!limited) return Infinity
  const tokens = Math.min(
    capacity,
    gate.tokens + Math.max(0, now - gate.refilledAt) * gate.ratePerSecond,
  )
  return Math.max(10, Math.ceil((needed - tokens) / gate.ratePerSecond))
}

/** A trial that found nothing to send proved nothing: the next one need not wait. */
export async function returnTrial(deps: Deps, provider: Provider): Promise<void> {
  if (provider.independent) return
  const now = deps.clock.now()
  await deps.db
    .update(providerGates)
    .set({ notBefore: now, updatedAt: now })
    .where(and(eq(providerGates.provider, provider.name), eq(providerGates.circuit, 'half_open')))
}

/** What an outcome does to the gate, or nothing when it changes nothing. */
export async function gateAfter(
  deps: Deps,
  provider: Provider,
  outcome: Outcome,
): Promise<Statement[]> {
  if (provider.independent) return []
  const now = deps.clock.now()
  const gate = await gateOf(deps, provider)
  const before: Circuit = gate
  const change = afterOutcome(before, outcome)
  const rate = rateFrom(outcome, gate.ratePerSecond)
  const unchanged =
    change.circuit === before.circuit &&
    change.failures === before.failures &&
    change.pauseMs === 0 &&
    rate === gate.ratePerSecond
  if (unchanged) return []
  const trouble = 'reason' in outcome && change.circuit !== 'closed'
  return [
    deps.db
      .update(providerGates)
      .set({
        circuit: change.circuit,
        failures: change.failures,
        ratePerSecond: rate,
        openedAt: change.circuit === 'closed' ? null : (gate.openedAt ?? now),
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
      .where(and(eq(providerGates.provider, provider.name), stillAsRead(gate, outcome))),
  ]
}

/** Good news that was decided before somebody else's bad news must not undo it; a refusal or a pause always counts. */
function stillAsRead(gate: Gate, outcome: Outcome) {
  if (outcome.kind === 'closed' || outcome.kind === 'throttled') return undefined
  return and(
    eq(providerGates.circuit, gate.circuit),
    eq(providerGates.failures, gate.failures),
    eq(providerGates.notBefore, gate.notBefore),
  )
}

/** The provider's headers know its rate better than we do. */
function rateFrom(outcome: Outcome, rate: number): number {
  const limits: Limits | undefined = 'limits' in outcome ? outcome.limits : undefined
  if (!limits || limits.limit <= 0 || limits.reset_ms > 2 * SECOND) return rate
  return limits.limit
}
