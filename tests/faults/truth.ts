import { expect } from 'vitest'
import { adminKey, eventually, type Service } from '../support/service.ts'
import type { Outage } from './targets.ts'
import { INTERVAL, RECHECK, type Watched } from './watched.ts'

/** What a request, its saving and a busy machine may add to any moment. */
const SLACK = 5_000
/** From the first failing answer to the word: three of them, each as late as it may be, and the look before. */
export const DETECTION = INTERVAL + 3 * (RECHECK + INTERVAL) + SLACK

type Interval = { component: string; status: string; started_at: number; ended_at: number | null }

/** The history that the service has written, component by component. */
export function historyOf({ look }: Watched): Promise<Interval[]> {
  return look<Interval>(
    `SELECT c.key AS component, i.status, i.started_at, i.ended_at
     FROM component_status_intervals i JOIN components c ON c.id = i.component_id ORDER BY i.id`,
  )
}

/** Until the service says this of a component. */
export async function untilStatus(
  service: Service,
  component: string,
  status: string,
  seconds = 30,
) {
  await eventually(
    `${component} is ${status}`,
    async () => (await statusesOf(service)).get(component) === status,
    seconds,
  ).catch(async (error: Error) => {
    const said = JSON.stringify([...((await statusesOf(service)) ?? [])])
    throw new Error(`${error.message}\n${said}\n${service.output().slice(-3000)}`)
  })
}

/** Until everything has been asked and found well. */
export async function untilWell(service: Service): Promise<void> {
  await eventually('all are well', async () => {
    const { probes } = await readProbes(service)
    return probes.length > 0 && probes.every(({ state }) => state === 'up')
  }).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${JSON.stringify(await readProbes(service))}`)
  })
}

type Probe = { key: string; state: string; last_reason: string; last_checked_at: string | null }

export async function readProbes(service: Service): Promise<{ probes: Probe[] }> {
  const answer = await service.api('/api/admin/probes').catch(() => null)
  return answer?.ok ? ((await answer.json()) as { probes: Probe[] }) : { probes: [] }
}

async function statusesOf(service: Service): Promise<Map<string, string>> {
  const headers = { authorization: `Bearer ${adminKey}` }
  const answer = await fetch(`${service.url}/api/admin/components`, { headers }).catch(() => null)
  if (!answer?.ok) return new Map()
  const { components } = (await answer.json()) as { components: { key: string; status: string }[] }
  return new Map(components.map(({ key, status }) => [key, status]))
}

const isDown = ({ status }: Interval) => status === 'major_outage' || status === 'partial_outage'

type Expectation = {
  /** Time in which nobody could know anything: what is found of an outage that lies in it may be found later. */
  blind?: { from: number; to: number }[]
}

/** What holds at the end, whatever went wrong: nothing is said that was not so, and nothing is missed. */
export async function expectTruth(on: Watched, { blind = [] }: Expectation = {}): Promise<void> {
  const history = (await historyOf(on)).filter(isDown)
  const truth = on.targets.flatMap(({ outages }, i) =>
    outages.map((outage) => ({ component: `target${i}`, ...outage })),
  )
  const untrue = history.filter(
    (one) =>
      !truth.some((outage) => outage.component === one.component && covers(outage, one, on.now())),
  )
  const told = JSON.stringify({ truth, blind, now: on.now(), ...(await whatIsSaid(on)) })
  expect(untrue, `nothing is called down that was not: ${told}`).toEqual([])
  const unseen = truth.filter((outage) => {
    const end = outage.to ?? on.now()
    const late = blind.reduce((sum, { from, to }) => sum + overlap(outage, { from, to }, end), 0)
    if (end - outage.from < DETECTION + late) return false
    return !history.some(
      (one) =>
        one.component === outage.component &&
        one.started_at <= outage.from + DETECTION + late &&
        (one.ended_at ?? Infinity) > outage.from,
    )
  })
  expect(unseen, 'no outage is missed').toEqual([])
  const drafts = await on.look<{ n: number }>('SELECT count(*) AS n FROM incidents')
  expect(drafts[0]!.n, 'no incident without an outage').toBeLessThanOrEqual(truth.length)
}

/** For whoever wonders how it came to that. */
async function whatIsSaid({ look }: Watched) {
  return { said: await look(`SELECT at, action, detail FROM audit_log WHERE actor = 'probe'`) }
}

/** A word may end later than what it is about, by the next look and the one that confirms it. */
function covers({ from, to }: Outage, { started_at, ended_at }: Interval, now: number): boolean {
  const end = to === null ? Infinity : to + INTERVAL + SLACK
  return started_at >= from - SLACK && (ended_at ?? now) <= end
}

function overlap(outage: Outage, blind: { from: number; to: number }, end: number): number {
  return Math.max(0, Math.min(end, blind.to) - Math.max(outage.from, blind.from))
}

/** Whether the history of a component says nothing of a moment. */
export async function isHole(on: Watched, component: string, at: number): Promise<boolean> {
  const history = (await historyOf(on)).filter((one) => one.component === component)
  return !history.some(
    ({ started_at, ended_at }) => started_at <= at && (ended_at ?? Infinity) > at,
  )
}

/** How many alerts are open that our own side has failed. */
export async function ownFaults({ look }: Watched): Promise<number> {
  const open = `SELECT count(*) AS n FROM alerts
    WHERE event_type = 'own_network' AND status <> 'resolved'`
  const [row] = await look<{ n: number }>(open)
  return row!.n
}
