import type { Deps } from '../deps.ts'
import type { Provider } from '../providers/provider.ts'
import { attempt } from './attempting.ts'
import { claim, isAnythingDue } from './batches.ts'
import { createCrew, type Crew } from './crew.ts'
import { isStandingBy, waitAtGate } from './gates.ts'
import { lookForUncertain } from './looking.ts'
import { settleStrays } from './strays.ts'

/** Requests under way at once per provider; one more lane is for confirmations alone. */
const LANES = 4
/** Where each address is a server of its own, so that those that hang leave room for the others. */
const INDEPENDENT_LANES = 16

type Stopped = () => boolean
type Lane = { provider: Provider; confirmationsOnly: boolean; staysForOthers: boolean }

/** Sends what is due through every provider until nothing is left or `stopped`. Returns the number of requests. */
export async function sendDue(deps: Deps, stopped: Stopped = () => false): Promise<number> {
  await settleStrays(deps)
  const crew = createCrew(deps.clock)
  const sent = await Promise.all(
    deps.providers.flatMap((provider) => [
      lookForUncertain(deps, provider, stopped),
      ...lanesOf(provider).map((lane) => keepSending(deps, lane, crew, stopped)),
    ]),
  )
  return sent.reduce((a, b) => a + b, 0)
}

/** A request that hangs must not keep waiting what comes up meanwhile: one lane of each kind stays and looks. */
function lanesOf(provider: Provider): Lane[] {
  const count = provider.independent ? INDEPENDENT_LANES : LANES
  const others = Array.from({ length: count }, (_, i) => ({
    provider,
    confirmationsOnly: false,
    staysForOthers: i === 0,
  }))
  return [{ provider, confirmationsOnly: true, staysForOthers: true }, ...others]
}

async function keepSending(deps: Deps, lane: Lane, crew: Crew, stopped: Stopped): Promise<number> {
  const { provider, confirmationsOnly } = lane
  let sent = 0
  while (!stopped()) {
    const unfinishedOnly = await isStandingBy(deps, provider)
    const which = { channel: provider.channel, confirmationsOnly, unfinishedOnly }
    if (!(await isAnythingDue(deps, provider, which))) {
      if (!lane.staysForOthers || !crew.isAtWork()) break
      await crew.pause()
      continue
    }
    const wait = await waitAtGate(deps, provider, confirmationsOnly)
    // A pause may be long: the next beat looks again.
    if (wait === Infinity) break
    if (wait > 0) {
      await deps.clock.sleep(wait)
      continue
    }
    const claimed = await claim(deps, provider, which)
    if (!claimed) continue
    await crew.atWork(() => attempt(deps, provider, claimed))
    sent++
  }
  return sent
}
