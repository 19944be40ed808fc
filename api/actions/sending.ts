import type { Deps } from '../deps.ts'
import { afterAttempt, backoff, isTooLate } from '../domain/attempt.ts'
import type { Outcome } from '../domain/delivery.ts'
import { SECOND } from '../domain/time.ts'
import type { Message, Provider } from '../providers/provider.ts'
import { claim, isAnythingDue, type Claim } from './batches.ts'
import { gateAfter, waitAtGate } from './gates.ts'
import { lookForUncertain } from './looking.ts'
import { messagesOf } from './messages.ts'
import { record } from './outcomes.ts'

/** Far below the lease: a request is over long before anybody else may take its batch. */
export const REQUEST_TIMEOUT = 10 * SECOND
/** Requests under way at once per provider; one more lane is for confirmations alone. */
const LANES = 4
type Stopped = () => boolean

/** Sends what is due through every provider until nothing is left or `stopped`. Returns the number of requests. */
export async function sendDue(deps: Deps, stopped: Stopped = () => false): Promise<number> {
  const lanes = deps.providers.flatMap((provider) => [
    lookForUncertain(deps, provider, stopped),
    lane(deps, provider, true, stopped),
    ...Array.from({ length: LANES }, () => lane(deps, provider, false, stopped)),
  ])
  const sent = await Promise.all(lanes)
  return sent.reduce((a, b) => a + b, 0)
}

async function lane(
  deps: Deps,
  provider: Provider,
  confirmationsOnly: boolean,
  stopped: Stopped,
): Promise<number> {
  const which = { channel: provider.channel, confirmationsOnly }
  let sent = 0
  while (!stopped() && (await isAnythingDue(deps, provider, which))) {
    const wait = await waitAtGate(deps, provider, confirmationsOnly)
    // A pause may be long: the next beat looks again.
    if (wait === Infinity) break
    if (wait > 0) {
      await deps.clock.sleep(wait)
      continue
    }
    const claimed = await claim(deps, provider, which)
    if (!claimed) break
    await attempt(deps, provider, claimed)
    sent++
  }
  return sent
}

async function attempt(deps: Deps, provider: Provider, claimed: Claim): Promise<void> {
  const { batch, members, first } = claimed
  if (members.every((member) => member.state !== 'sending')) {
    // Receipts have said it all already.
    await deps.db.write(record(deps, { ...claimed, members: [] }, { kind: 'done', results: [] }))
    return
  }
  const now = deps.clock.now()
  if (!first && isTooLate(batch.firstSentAt ?? now, lastExpiry(claimed), now)) {
    const why = { code: 'too_late', reason: 'it may have been accepted and must not be repeated' }
    await deps.db.write(record(deps, claimed, { kind: 'unknown', ...why }))
    return
  }
  const messages = await composed(deps, claimed)
  if (!messages || deps.clock.now() >= (batch.leasedUntil ?? 0)) return
  const outcome = await provider.send(messages, batch.id, AbortSignal.timeout(REQUEST_TIMEOUT))
  logTrouble(deps, provider, batch.id, outcome)
  const { attempts } = batch
  const next = afterAttempt(
    { attempts, members: messages.length, first },
    outcome,
    deps.clock.now(),
    deps.random(),
  )
  const gate = await gateAfter(deps, provider, outcome)
  await deps.db.write([...record(deps, claimed, next), ...gate])
}

function lastExpiry({ members }: Claim): number {
  return Math.max(...members.map(({ expiresAt }) => expiresAt))
}

/** The messages of a batch; one that cannot be written steps back, so that it does not hold up the others. */
async function composed(deps: Deps, claimed: Claim): Promise<Message[] | null> {
  const { batch, members, first } = claimed
  try {
    return await messagesOf(deps, members)
  } catch (error) {
    deps.log.error('a message cannot be written', { batch: batch.id, error })
    await deps.db.write(
      record(deps, claimed, {
        kind: 'again',
        notBefore: deps.clock.now() + Math.max(SECOND, backoff(batch.attempts + 1, deps.random())),
        attempts: batch.attempts + 1,
        touchedWire: !first,
        code: 'rendering',
        reason: 'the message cannot be written',
      }),
    )
    return null
  }
}

function logTrouble(deps: Deps, provider: Provider, batch: string, outcome: Outcome): void {
  if (outcome.kind !== 'answered')
    deps.log.warn('provider trouble', { provider: provider.name, batch, outcome })
}
