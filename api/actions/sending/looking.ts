import type { Deps } from '../../deps.ts'
import { isTooLate, unverifiable } from '../../domain/attempt.ts'
import { isListed, untilNextLook } from '../../domain/listing.ts'
import { isSentAgain } from '../../domain/sms.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import type { Provider } from '../../providers/provider.ts'
import { claimUncertain, type Claim } from './batches.ts'
import { gateAfter, isPaused, pauseAgain } from './gates.ts'
import { messagesOf } from './messages.ts'
import { postpone, record } from './outcomes.ts'
import { billing } from './sms-settings.ts'
import { costsOfFound } from './sms-spending.ts'

/** Two looks at the provider's list, this far apart, before a lost message counts as never sent. */
const ABSENCE = MINUTE
const LOOK_TIMEOUT = 10 * SECOND
/** The provider's list is asked again after this, and ever more rarely while it does not answer. */
const LOOK_AGAIN = 30 * SECOND

/**
 * Without idempotency at the provider an uncertain message is looked for before it is sent again. Looks take nothing from
 * the rate of sending: new messages must not wait for old doubts. Where nobody can look, the doubt stays.
 */
export async function lookForUncertain(
  deps: Deps,
  provider: Provider,
  stopped: () => boolean,
): Promise<number> {
  if (provider.idempotent) return 0
  let looks = 0
  while (!stopped() && !(provider.find && (await isPaused(deps, provider)))) {
    const claimed = await claimUncertain(deps, provider)
    if (!claimed) break
    await look(deps, provider, claimed)
    looks++
  }
  return looks
}

async function look(deps: Deps, provider: Provider, claimed: Claim): Promise<void> {
  const { batch, members } = claimed
  const [member] = members
  const now = deps.clock.now()
  const sentAt = batch.firstSentAt ?? now
  if (!member || member.state !== 'sending')
    return save(deps, { ...claimed, members: [] }, { kind: 'done', results: [] })
  if (isTooLate(sentAt, member.expiresAt, now)) {
    const why = { code: 'too_late', reason: 'it may have been accepted and must not be repeated' }
    return save(deps, claimed, { kind: 'unknown', ...why })
  }
  if (!provider.find)
    return save(deps, claimed, { kind: 'unknown', ...unverifiable('it was cut off') })
  const messages = await messagesOf(deps, members)
  const found = await provider.find(messages[0]!, sentAt, AbortSignal.timeout(LOOK_TIMEOUT))
  if (found !== null && !isListed(found)) {
    const notBefore = now + untilNextLook(now - sentAt, LOOK_AGAIN)
    await deps.db.write([pauseAgain(deps, provider)])
    return postpone(deps, claimed, { notBefore })
  }
  if (found) {
    const results = [{ kind: 'accepted' as const, provider_id: found.provider_id }]
    const gate = gateAfter(deps, provider, { kind: 'answered', results })
    const usage =
      provider.channel === 'sms'
        ? await costsOfFound(deps, claimed, messages[0]!, { isOurs: true })
        : []
    await deps.db.write([...record(deps, claimed, { kind: 'done', results }), ...gate, ...usage])
    return
  }
  const absentSince = Math.min(batch.absentSince ?? now, now)
  if (now - absentSince < ABSENCE)
    return postpone(deps, claimed, { notBefore: absentSince + ABSENCE, absentSince })
  const { settings } = await billing(deps)
  if (provider.channel !== 'sms' || isSentAgain(settings, member.kind))
    return save(deps, claimed, { kind: 'released' })
  const reason = `no answer came (${batch.reason ?? 'it was cut off'}), the provider does not list it, and news of this kind are not repeated`
  return save(deps, claimed, { kind: 'unknown', code: 'ambiguous', reason })
}

async function save(deps: Deps, claimed: Claim, next: Parameters<typeof record>[2]): Promise<void> {
  await deps.db.write(record(deps, claimed, next))
}
