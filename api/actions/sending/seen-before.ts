import { and, inArray, ne } from 'drizzle-orm'
import { providerGates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import {
  isListed,
  untilNextLook,
  type Found,
  type Listed,
  type NoAnswer,
} from '../../domain/listing.ts'
import { withoutAddresses } from '../../domain/reasons.ts'
import { SECOND } from '../../domain/time.ts'
import type { Message, Provider } from '../../providers/provider.ts'
import type { Member } from './batch-members.ts'
import type { Claim } from './batches.ts'
import { gateAfter, giveBack } from './gates.ts'
import { letThemGo, letThemWait, waitForList } from './list-waiters.ts'
import { isSilent, learnFrom, leaveAlone, LOOK_TIMEOUT, waitsUntil } from './lists.ts'
import { record } from './outcomes.ts'
import { costsOfFound } from './sms-spending.ts'

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
  const until = waitsUntil(deps, provider)
  if (until !== null) {
    await stepAside(deps, provider, claimed, until)
    return true
  }
  const wasSilent = isSilent(deps, provider)
  const found = await findAnywhere(deps, provider, message, member)
  if (wasSilent && !isSilent(deps, provider))
    await deps.db.write([letThemWait(deps, provider, deps.clock.now())])
  if (found === null) return false
  if (isListed(found)) await recordFound(deps, provider, claimed, message, found)
  else if (found === 'unknown') await stepBack(deps, provider, claimed)
  else {
    const reason = withoutAddresses(found.reason, [message.to])
    await goWithoutList(deps, provider, claimed, { ...found, reason })
  }
  return true
}

/** Its own list must answer; that of another account is no reason to keep silent when it does not. */
async function findAnywhere(
  deps: Deps,
  provider: Provider,
  message: Message,
  { announcedAt, replays }: Member,
): Promise<Found> {
  const others = otherAccounts(deps, provider).filter(({ find }) => find)
  const all = await Promise.all(
    [provider, ...others].map(async (one) => {
      const found = await one.find!(message, announcedAt, AbortSignal.timeout(LOOK_TIMEOUT))
      learnFrom(deps, one, found)
      return found
    }),
  )
  const [own] = all
  // What never arrived is why it is sent again.
  const isIt = (found: Listed) => replays === 0 || !found.isUndelivered
  return all.filter(isListed).find(isIt) ?? (isListed(own!) ? null : own!)
}

function otherAccounts(deps: Deps, { channel, account }: Provider): Provider[] {
  return deps.providers.filter((one) => one.channel === channel && one.account !== account)
}

async function recordFound(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  message: Message,
  { provider_id }: Listed,
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

/** How it fares with a request is true of a look where that lets somebody else send it; otherwise only who needs the list waits. */
async function goWithoutList(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  trouble: NoAnswer,
): Promise<void> {
  deps.log.warn('provider trouble', { provider: provider.name, look: true, outcome: trouble })
  // Nobody stands in for who only asks us to be slower.
  if (trouble.kind === 'throttled' || !(await hasStandIn(deps, provider))) {
    return stepAside(deps, provider, claimed, leaveAlone(deps, provider, trouble), trouble)
  }
  const { code, reason } = trouble
  await deps.db.write([
    ...record(deps, claimed, { kind: 'released', why: { code, reason } }),
    ...letThemGo(deps, provider),
    ...gateAfter(deps, provider, trouble, claimed.batch.claim),
  ])
}

/** Somebody with a list of their own, which answers, and not in trouble otherwise. */
async function hasStandIn(deps: Deps, provider: Provider): Promise<boolean> {
  const others = otherAccounts(deps, provider).filter((one) => !isSilent(deps, one))
  if (others.length === 0) return false
  const names = others.map(({ name }) => name)
  const inTrouble = await deps.db
    .select({ name: providerGates.provider })
    .from(providerGates)
    .where(and(inArray(providerGates.provider, names), ne(providerGates.circuit, 'closed')))
  return inTrouble.length < others.length
}

async function stepAside(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  until: number,
  trouble?: NoAnswer,
): Promise<void> {
  const { claim } = claimed.batch
  await deps.db.write([
    ...waitForList(deps, claimed, until),
    ...(trouble ? [letThemWait(deps, provider, until)] : []),
    // An account that is refused its list may not send either.
    ...(trouble?.kind === 'closed'
      ? gateAfter(deps, provider, trouble, claim)
      : giveBack(deps, provider, claim)),
  ])
}

/** The list is so long that it leaves open whether the message is in it; that is nobody else's trouble. */
async function stepBack(deps: Deps, provider: Provider, claimed: Claim): Promise<void> {
  const { attempts, createdAt } = claimed.batch
  const now = deps.clock.now()
  const code = 'unlisted'
  const reason = 'the provider does not say whether it was sent before this process began'
  await deps.db.write([
    ...record(deps, claimed, {
      kind: 'again',
      notBefore: now + untilNextLook(now - createdAt, SECOND),
      attempts,
      touchedWire: false,
      code,
      reason,
    }),
    ...gateAfter(deps, provider, { kind: 'answered', results: [] }, claimed.batch.claim),
  ])
}
