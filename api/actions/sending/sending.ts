import type { Deps } from '../../deps.ts'
import { SECOND } from '../../domain/time.ts'
import type { Provider } from '../../providers/provider.ts'
import { channelsDue } from './batches.ts'
import { atMost, livingLanes, openLane, trafficsOf, type Traffic } from './lanes.ts'
import { lookForUncertain } from './looking.ts'
import { settleStrays, strayBatch } from './strays.ts'

/**
 * Sends what is due through every provider until nothing is left or `stopped`, together with whoever else was called in
 * this process. While one request hangs, what comes up meanwhile is sent in other lanes. Returns the number of requests
 * in the lanes that this call opened.
 */
export async function sendDue(deps: Deps, stopped = () => false): Promise<number> {
  let due = await whatIsDue(deps)
  const underWay = new Set<Promise<void>>()
  const looking = new Set<Provider>()
  const failures: unknown[] = []
  // Who failed ends as soon as it can: the next beat begins anew, instead of when the slowest channel is done.
  const ends = () => stopped() || failures.length > 0
  let sent = 0
  const begin = (work: Promise<number>) => {
    const running: Promise<void> = work
      .then((count) => void (sent += count))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(running))
    underWay.add(running)
  }
  const open = (traffic: Traffic) => {
    const others = () => trafficsOf(deps).filter((other) => isInsteadOf(other, traffic))
    const way = {
      stopped: ends,
      isLeaving: stopped,
      openNext: () => open(traffic),
      openOthers: () => others().forEach(open),
    }
    const lane = ends() ? null : openLane(deps, traffic, way)
    if (lane) begin(lane)
  }
  const look = (provider: Provider) => {
    if (looking.has(provider)) return
    looking.add(provider)
    begin(lookForUncertain(deps, provider, ends).finally(() => looking.delete(provider)))
  }
  while (true) {
    for (const provider of deps.providers) if (isUncertainOn(due, provider)) look(provider)
    const traffics = trafficsOf(deps)
    for (const traffic of traffics) if (isOn(due, traffic.provider)) open(traffic)
    const lanes = () => traffics.flatMap((traffic) => livingLanes(deps, traffic))
    const lanesEnd = lanes().map(({ ended }) => ended)
    await atMost(deps, SECOND, Promise.all([...underWay, ...lanesEnd]))
    if (ends() || (underWay.size === 0 && lanes().length === 0)) break
    try {
      due = await channelsDue(deps)
    } catch (error) {
      failures.push(error)
      break
    }
  }
  while (underWay.size > 0) await Promise.all(underWay)
  if (failures.length > 0) throw failures[0]
  return sent
}

/** Whether a call would find anything to do. */
export async function canSend(deps: Deps): Promise<boolean> {
  const [strays, due] = await deps.db.batch([strayBatch(deps), channelsDue(deps)])
  return strays.length > 0 || due.length > 0
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

/** Where a request can be repeated without harm there is nothing to look for. */
function isUncertainOn(due: Due, provider: Provider): boolean {
  if (provider.idempotent) return false
  return due.some(({ channel, uncertain }) => uncertain === 1 && channel === provider.channel)
}

function isInsteadOf({ provider: other }: Traffic, { provider }: Traffic): boolean {
  return other !== provider && other.channel === provider.channel
}
