import type { Deps } from '../../deps.ts'
import { backoff } from '../../domain/attempt.ts'
import { SECOND } from '../../domain/time.ts'
import type { Message, Provider } from '../../providers/provider.ts'
import type { Claim } from './batches.ts'
import { gateAfter, pauseAgain } from './gates.ts'
import { record } from './outcomes.ts'
import { costsOfFound } from './sms-spending.ts'

const LOOK_TIMEOUT = 10 * SECOND

/**
 * What was announced before this process began may have been told by a life that the database forgot, as after a
 * restored backup. Where the provider knows no keys its list is asked once before such a message is sent. True when
 * there is nothing to send now.
 */
export async function seenBefore(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  message: Message,
): Promise<boolean> {
  const [member] = claimed.members
  if (provider.idempotent || !provider.find || !member) return false
  if (member.announcedAt >= deps.startedAt) return false
  const found = await findAnywhere(deps, provider, message, member.announcedAt)
  if (found === null) return false
  if (found === 'unknown') await stepBack(deps, provider, claimed)
  else await recordFound(deps, provider, claimed, message, found)
  return true
}

/** Its own list must answer; that of another account is no reason to keep silent when it does not. */
async function findAnywhere(
  deps: Deps,
  provider: Provider,
  message: Message,
  since: number,
): Promise<{ provider_id: string } | null | 'unknown'> {
  const look = (one: Provider) => one.find!(message, since, AbortSignal.timeout(LOOK_TIMEOUT))
  const others = deps.providers.filter(
    ({ channel, find, account }) =>
      channel === provider.channel && find && account !== provider.account,
  )
  const [own, ...elsewhere] = await Promise.all([provider, ...others].map(look))
  return elsewhere.find((found) => found !== null && found !== 'unknown') ?? own!
}

async function recordFound(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  message: Message,
  { provider_id }: { provider_id: string },
): Promise<void> {
  const results = [{ kind: 'accepted' as const, provider_id }]
  await deps.db.write([
    ...record(deps, claimed, { kind: 'done', results }),
    ...gateAfter(deps, provider, { kind: 'answered', results }),
    ...(provider.channel === 'sms'
      ? await costsOfFound(deps, claimed, message, { isOurs: false })
      : []),
  ])
}

async function stepBack(deps: Deps, provider: Provider, claimed: Claim): Promise<void> {
  const attempts = claimed.batch.attempts + 1
  const wait = Math.max(SECOND, backoff(attempts, deps.random()))
  const code = 'unlisted'
  const reason = 'the provider does not say whether it was sent before this process began'
  await deps.db.write([
    ...record(deps, claimed, {
      kind: 'again',
      notBefore: deps.clock.now() + wait,
      attempts,
      touchedWire: false,
      code,
      reason,
    }),
    pauseAgain(deps, provider),
  ])
}
