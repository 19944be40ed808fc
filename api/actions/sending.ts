import type { Deps } from '../deps.ts'
import { afterAttempt } from '../domain/attempt.ts'
import type { Outcome } from '../domain/delivery.ts'
import { MINUTE, SECOND } from '../domain/time.ts'
import type { Message, Provider } from '../providers/provider.ts'
import { claim, isAnythingDue, LEASE, type Claim } from './batches.ts'
import { gateAfter, passGate } from './gates.ts'
import { messagesOf } from './messages.ts'
import { postpone, record } from './outcomes.ts'

/** Far below the lease: a request is over long before anybody else may take its batch. */
const REQUEST_TIMEOUT = 10 * SECOND
/** Two looks at the provider's list, this far apart, before a lost SMS counts as never sent. */
const ABSENCE = MINUTE
/** Requests under way at once per provider; one more lane is for confirmations alone. */
const LANES = 4

/** Sends what is due through every provider until nothing is left or `stopped`. Returns the number of requests. */
export async function sendDue(deps: Deps, stopped: () => boolean = () => false): Promise<number> {
  const lanes = deps.providers.flatMap((provider) => [
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
  stopped: () => boolean,
): Promise<number> {
  const which = { channel: provider.channel, confirmationsOnly }
  for (let sent = 0; ; sent++) {
    if (stopped() || !(await isAnythingDue(deps, which))) return sent
    if (!(await passGate(deps, provider, confirmationsOnly))) return sent
    const claimed = await claim(deps, provider, which)
    if (!claimed) return sent
    await attempt(deps, provider, claimed)
  }
}

async function attempt(deps: Deps, provider: Provider, claimed: Claim): Promise<void> {
  const { batch } = claimed
  const waiting = claimed.members.filter((member) => member.state === 'sending')
  if (waiting.length === 0) {
    // Receipts have said it all already.
    await deps.db.write(record(deps, { ...claimed, members: [] }, { kind: 'done', results: [] }))
    return
  }
  const messages = await messagesOf(deps, claimed.members)
  if (
    !provider.idempotent &&
    !claimed.first &&
    !(await isSafeToRepeat(deps, provider, claimed, messages[0]!))
  )
    return
  if (deps.clock.now() >= (batch.leasedUntil ?? 0)) return
  const outcome = await provider.send(messages, batch.id, AbortSignal.timeout(REQUEST_TIMEOUT))
  logTrouble(deps, provider, batch.id, outcome)
  const next = afterAttempt(
    {
      attempts: batch.attempts,
      members: messages.length,
      idempotent: provider.idempotent,
      firstSentAt: batch.firstSentAt ?? deps.clock.now(),
      first: claimed.first,
    },
    outcome,
    deps.clock.now(),
    deps.random(),
  )
  const gate = await gateAfter(deps, provider, outcome)
  await deps.db.write([...record(deps, claimed, next), ...gate])
}

/** Without idempotency at the provider an uncertain message is looked for, twice, before it is sent again. */
async function isSafeToRepeat(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  message: Message,
): Promise<boolean> {
  const { batch } = claimed
  const now = deps.clock.now()
  const found = await provider.find?.(
    message,
    batch.firstSentAt ?? 0,
    AbortSignal.timeout(REQUEST_TIMEOUT),
  )
  if (found === undefined || found === 'unknown') {
    await postpone(deps, claimed, { notBefore: now + LEASE / 2 })
    return false
  }
  if (found) {
    const results = [{ kind: 'accepted' as const, provider_id: found.provider_id }]
    await deps.db.write(record(deps, claimed, { kind: 'done', results }))
    return false
  }
  if (batch.absentSince !== null && now - batch.absentSince >= ABSENCE) return true
  await postpone(deps, claimed, {
    notBefore: (batch.absentSince ?? now) + ABSENCE,
    absentSince: batch.absentSince ?? now,
  })
  return false
}

function logTrouble(deps: Deps, provider: Provider, batch: string, outcome: Outcome): void {
  if (outcome.kind !== 'answered')
    deps.log.warn('provider trouble', { provider: provider.name, batch, outcome })
}
