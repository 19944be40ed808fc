import type { Deps } from '../../deps.ts'
import { SECOND } from '../../domain/time.ts'
import type { Provider } from '../../providers/provider.ts'
import { attempt } from './attempting.ts'
import { channelsDue, claim, isAnythingDue } from './batches.ts'
import { isStandingBy, returnTrial, waitAtGate } from './gates.ts'
import { lookForUncertain } from './looking.ts'
import { settleStrays, strayBatch } from './strays.ts'

/** Requests under way at once per provider; one more lane is for confirmations alone. */
const LANES = 4
/** Where each address is a server of its own. */
const INDEPENDENT_LANES = 16
/** Of these so many that hang leave their room to others: a tenth of all endpoints may be dead. */
const MOST_HANGING = 80

type Stopped = () => boolean
type Traffic = {
  provider: Provider
  confirmationsOnly: boolean
  /** Those that hang are not counted. */
  lanes: number
  mostLanes: number
  hanging: number
}

/**
 * Sends what is due through every provider until nothing is left or `stopped`. While one request hangs, what comes up
 * meanwhile is sent in other lanes. Returns the number of requests.
 */
export async function sendDue(deps: Deps, stopped: Stopped = () => false): Promise<number> {
  let due = await whatIsDue(deps)
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  let sent = 0
  const begin = (work: Promise<number>, ended = () => {}) => {
    const running: Promise<void> = work
      .then((count) => void (sent += count))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        underWay.delete(running)
        ended()
      })
    underWay.add(running)
  }
  const openLane = (traffic: Traffic) => {
    if (traffic.lanes >= traffic.mostLanes || failures.length > 0) return
    traffic.lanes++
    begin(
      keepSending(deps, traffic, () => openLane(traffic), stopped),
      () => traffic.lanes--,
    )
  }
  const traffics = deps.providers.flatMap(trafficsOf)
  for (const provider of deps.providers)
    if (isOn(due, provider)) begin(lookForUncertain(deps, provider, stopped))
  while (true) {
    for (const traffic of traffics) if (isOn(due, traffic.provider)) openLane(traffic)
    await atMost(deps, SECOND, Promise.all(underWay))
    if (underWay.size === 0 || stopped()) break
    due = await channelsDue(deps).catch((error: unknown) => {
      failures.push(error)
      return []
    })
  }
  while (underWay.size > 0) await Promise.all(underWay)
  if (failures.length > 0) throw failures[0]
  return sent
}

type Due = Awaited<ReturnType<typeof channelsDue>>

/** One round trip that says whether there is anything to do at all. */
async function whatIsDue(deps: Deps): Promise<Due> {
  const [strays, due] = await deps.db.batch([strayBatch(deps), channelsDue(deps)])
  if (strays.length === 0) return due
  await settleStrays(deps)
  return channelsDue(deps)
}

function isOn(due: Due, provider: Provider): boolean {
  return due.some(({ channel }) => channel === provider.channel)
}

function trafficsOf(provider: Provider): Traffic[] {
  const mostLanes = provider.independent ? INDEPENDENT_LANES : LANES
  return [
    { provider, confirmationsOnly: true, lanes: 0, mostLanes: 1, hanging: 0 },
    { provider, confirmationsOnly: false, lanes: 0, mostLanes, hanging: 0 },
  ]
}

/** One lane: request after request while something is due. Whoever finds something opens the next lane for the rest. */
async function keepSending(
  deps: Deps,
  traffic: Traffic,
  openNext: () => void,
  stopped: Stopped,
): Promise<number> {
  const { provider, confirmationsOnly } = traffic
  let sent = 0
  while (!stopped() && traffic.lanes <= traffic.mostLanes) {
    const unfinishedOnly = await isStandingBy(deps, provider)
    const which = { channel: provider.channel, confirmationsOnly, unfinishedOnly }
    if (!(await isAnythingDue(deps, provider, which))) break
    const wait = await waitAtGate(deps, provider, confirmationsOnly)
    // A pause may be long: the next beat looks again.
    if (wait === Infinity) break
    if (wait > 0) {
      await deps.clock.sleep(wait)
      continue
    }
    openNext()
    const claimed = await claim(deps, provider, which)
    if (claimed) {
      await leavingRoom(deps, traffic, attempt(deps, provider, claimed), openNext)
      sent++
    } else await returnTrial(deps, provider)
  }
  return sent
}

/** While a request to a server of somebody's own hangs, another lane takes its place. */
async function leavingRoom(
  deps: Deps,
  traffic: Traffic,
  request: Promise<void>,
  openNext: () => void,
): Promise<void> {
  if (!traffic.provider.independent) return request
  let hangs = true
  const ended = request.finally(() => (hangs = false))
  await atMost(deps, SECOND, ended)
  if (!hangs || traffic.hanging >= MOST_HANGING) return ended
  traffic.hanging++
  traffic.lanes--
  openNext()
  try {
    await ended
  } finally {
    traffic.hanging--
    traffic.lanes++
  }
}

/** Ends with the work, or when the time is over. */
async function atMost(deps: Deps, ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  await Promise.race([deps.clock.sleep(ms, over.signal), work])
  over.abort()
}
