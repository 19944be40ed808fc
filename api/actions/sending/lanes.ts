import type { Deps } from '../../deps.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import type { Provider } from '../../providers/provider.ts'
import { attempt, type Conclusion } from './attempting.ts'
import { LEASE } from './batches.ts'
import { claimNext, type Asker } from './claiming.ts'
import { prepare, type Sure } from './preparing.ts'
import { orMadeGood, undoClaim } from './unanswered.ts'

/** Requests under way at once per provider; one more lane is for confirmations alone. */
const LANES = 4
/** More where the rate needs them: an answer that takes a fifth of a second leaves a lane so many requests. */
const REQUESTS_PER_LANE = 5
const MOST_LANES = 40
/** Where each address is a server of its own. */
const INDEPENDENT_LANES = 16
/** Of these so many that hang leave their room to others: a tenth of all endpoints may be dead. */
const MOST_HANGING = 80

/** The lanes of this process to one provider, whoever opened them. */
export type Traffic = Asker & {
  lanes: Set<Lane>
  /** As the gate has it; 0 is unlimited. */
  ratePerSecond: number
  /** How often somebody found no room for another lane: who finds nothing due then looks once more. */
  knocks: number
  /** When the rate allows the next request, as far as this process knows. */
  opensAt: number
}

type Lane = {
  /** A lane that nobody has heard of for as long as a lease is dead: its machine may have been stopped. */
  seenAt: number
  /** Waits for a server of somebody's own, and leaves its room to another. */
  hangs: boolean
  waits: boolean
  ended: Promise<void>
}

const traffics = new WeakMap<Deps, Map<Provider, Traffic[]>>()

/** Confirmations have a lane of their own, so that they never wait for large requests. */
export function trafficsOf(deps: Deps): Traffic[] {
  const mine = traffics.get(deps) ?? new Map<Provider, Traffic[]>()
  traffics.set(deps, mine)
  return deps.providers.flatMap((provider) => {
    const known = mine.get(provider)
    if (known) return known
    const { ratePerSecond } = provider
    const made = [true, false].map((confirmationsOnly): Traffic => {
      const lanes = new Set<Lane>()
      return { provider, confirmationsOnly, lanes, ratePerSecond, knocks: 0, opensAt: 0 }
    })
    mine.set(provider, made)
    return made
  })
}

function mostLanes({ provider, confirmationsOnly, ratePerSecond }: Traffic): number {
  if (confirmationsOnly) return 1
  if (provider.independent) return INDEPENDENT_LANES
  return Math.min(MOST_LANES, Math.max(LANES, Math.ceil(ratePerSecond / REQUESTS_PER_LANE)))
}

type Way = {
  /** Opens another lane where there is room for one. */
  openNext(): void
  /** Opens lanes to the other providers of the channel, since this one takes nothing any more. */
  openOthers(): void
  stopped(): boolean
  /** Nobody waits for the database any more. */
  isLeaving(): boolean
}

/** Opens a lane and returns the number of its requests once it ends; null where there is no room for it. */
export function openLane(deps: Deps, traffic: Traffic, way: Way): Promise<number> | null {
  if (lanesIn(deps, traffic).length >= mostLanes(traffic)) {
    traffic.knocks++
    return null
  }
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const lane: Lane = { seenAt: deps.clock.now(), hangs: false, waits: false, ended }
  traffic.lanes.add(lane)
  return keepSending(deps, traffic, lane, way).finally(() => {
    traffic.lanes.delete(lane)
    resolve()
  })
}

/** Request after request while something is due. Whoever finds something opens the next lane for the rest. */
async function keepSending(deps: Deps, traffic: Traffic, lane: Lane, way: Way): Promise<number> {
  const { provider } = traffic
  let sent = 0
  let last: Conclusion | null = null
  const isLeaving = () => {
    // Whoever waits for the database lives.
    lane.seenAt = deps.clock.now()
    return way.isLeaving()
  }
  const sure: Sure = (undone, answer) =>
    orMadeGood(deps, { ...traffic, last, undone, isLeaving }, answer)
  while (true) {
    lane.seenAt = deps.clock.now()
    const goesOn = !way.stopped() && lanesIn(deps, traffic).length <= mostLanes(traffic)
    if (last && (!goesOn || lane.seenAt < traffic.opensAt)) {
      await sure(() => [], deps.db.write(last.statements))
      await last.afterwards()
      last = null
    }
    if (!goesOn || !(await waitForTurn(deps, traffic, lane, way))) return sent
    const { knocks } = traffic
    const claim = deps.newId()
    const turn = await sure(
      () => undoClaim(deps, provider, claim),
      claimNext(deps, traffic, last?.statements, claim),
    )
    await last?.afterwards()
    last = null
    if (!turn.claimed && turn.opensAt === Infinity) {
      // A pause may be long: the next beat looks again.
      if (turn.isDue && sent > 0) way.openOthers()
      return sent
    }
    traffic.opensAt = turn.opensAt
    traffic.ratePerSecond = turn.ratePerSecond
    if (turn.claimed) {
      if (turn.claimed.members.length > 0) way.openNext()
      const ready = await prepare(deps, provider, turn.claimed, sure)
      last =
        'messages' in ready
          ? await leavingRoom(deps, traffic, lane, way, attempt(deps, provider, ready))
          : ready
      if (last.wasMade) sent++
      else traffic.opensAt = 0
    } else if (!turn.isDue && traffic.knocks === knocks) return sent
  }
}

/** Where the rate is limited one lane waits for all: it opens the next one when it was let through. */
async function waitForTurn(deps: Deps, traffic: Traffic, lane: Lane, way: Way): Promise<boolean> {
  const left = () => traffic.opensAt - deps.clock.now()
  // Nobody waits that long: the clock was set back.
  if (left() <= 0 || left() > MINUTE) return true
  if (lanesIn(deps, traffic).some(({ waits }) => waits)) return false
  lane.waits = true
  while (left() > 0 && !way.stopped()) {
    lane.seenAt = deps.clock.now()
    await deps.clock.sleep(Math.min(SECOND, left()))
  }
  lane.waits = false
  return !way.stopped()
}

/** While a request to a server of somebody's own hangs, another lane takes its place. */
async function leavingRoom<T>(
  deps: Deps,
  traffic: Traffic,
  lane: Lane,
  way: Way,
  request: Promise<T>,
): Promise<T> {
  if (!traffic.provider.independent) return request
  let isOver = false
  const ended = request.finally(() => (isOver = true))
  await atMost(deps, SECOND, ended)
  const hanging = [...traffic.lanes].filter(({ hangs }) => hangs).length
  if (isOver || hanging >= MOST_HANGING) return ended
  lane.hangs = true
  way.openNext()
  return ended.finally(() => (lane.hangs = false))
}

function lanesIn(deps: Deps, traffic: Traffic): Lane[] {
  return livingLanes(deps, traffic).filter(({ hangs }) => !hangs)
}

export function livingLanes(deps: Deps, traffic: Traffic): Lane[] {
  const since = deps.clock.now() - LEASE
  return [...traffic.lanes].filter(({ seenAt }) => seenAt >= since)
}

/** Ends with the work, or when the time is over. */
export async function atMost(deps: Deps, ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  await Promise.race([deps.clock.sleep(ms, over.signal), work])
  over.abort()
}
