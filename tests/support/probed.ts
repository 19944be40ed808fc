import { and, asc, eq, isNotNull } from 'drizzle-orm'
import { newProbe, type NewProbe } from '../../api/actions/probes/probes.ts'
import { runDueProbes } from '../../api/actions/probes/probing.ts'
import type { Deps } from '../../api/deps.ts'
import { insertProbe } from '../../api/actions/probes/watches.ts'
import { targetOf } from '../../api/domain/question.ts'
import { heartbeatProber } from '../../api/probers/heartbeat.ts'
import { metricProber } from '../../api/probers/metric.ts'
import type { Asked, Probers, Sample } from '../../api/probers/prober.ts'
import { componentStatusIntervals, components, probes, watches } from '../../db/schema.ts'
import { shop, shopWorld } from './shop.ts'
import type { TestClock } from './world.ts'

/**
 * Probers that tell what each target is set to tell, good news otherwise, and remember what was asked over HTTP. Probes that
 * are told are the real ones.
 */
export function scripted() {
  const answers = new Map<string, Sample | (() => Promise<Sample>)>()
  const asked: Asked<'http'>[] = []
  const ask = async (question: Asked) => {
    if (question.kind === 'http') asked.push(question)
    const answer = answers.get(targetOf(question)) ?? ok
    return typeof answer === 'function' ? answer() : answer
  }
  const probers: Probers = {
    http: { kind: 'http', ask },
    tcp: { kind: 'tcp', ask },
    dns: { kind: 'dns', ask },
    tls: { kind: 'tls', ask },
    heartbeat: heartbeatProber,
    metric: metricProber,
  }
  return { probers, answers, asked }
}

export const ok: Sample = { outcome: 'ok', latency_ms: 120, status: 200, reason: '' }
export const slow: Sample = { ...ok, latency_ms: 3000 }
export const broken: Sample = {
  outcome: 'failed',
  latency_ms: 80,
  status: 503,
  reason: 'answered 503 instead of 2xx',
}
export const silent: Sample = {
  outcome: 'failed',
  latency_ms: 5000,
  status: null,
  reason: 'no complete answer in 5000 ms',
}

/** The shop, and a prober that says what it is told to. */
export async function probedShop() {
  const script = scripted()
  const opened = await shopWorld({ probers: script.probers })
  return Object.assign(opened, script)
}

/** A probe of the shop's checkout, down after 3 failures and up after 2 successes. */
export async function addProbe(
  deps: Deps,
  key: string,
  { question, ...given }: Partial<NewProbe> = {},
) {
  const usual = { kind: 'http', question: { url: urlOf(key) }, degradedMs: 1000 } as const
  const probe = newProbe(deps, {
    key,
    componentId: shop.checkout,
    ...(given.kind === undefined ? usual : { kind: given.kind }),
    ...given,
    question: (given.kind === undefined ? { ...usual.question, ...question } : question) ?? {},
  })
  await deps.db.write(insertProbe(deps, probe))
  return probe
}

export function urlOf(key: string): string {
  return `https://${key}.example/health`
}

/** A probe with what one region believes of its target. */
export async function findProbe(deps: Deps, key: string, region = 'main') {
  const [found] = await deps.db
    .select()
    .from(watches)
    .innerJoin(probes, eq(probes.id, watches.probeId))
    .where(and(eq(probes.key, key), eq(watches.region, region)))
  const { nextAt, ...watch } = found!.watches
  return { ...watch, ...found!.probes, nextAt: nextAt! }
}

/** Moves the clock to the next check and runs what is due, so many times. */
export async function checks(on: { deps: Deps; clock: TestClock }, times = 1) {
  let flipped = 0
  for (let i = 0; i < times; i++) {
    const [next] = await on.deps.db
      .select({ at: watches.nextAt })
      .from(watches)
      .where(isNotNull(watches.nextAt))
      .orderBy(asc(watches.nextAt))
      .limit(1)
    on.clock.advance(Math.max(0, next!.at! - on.clock.now()))
    flipped += (await runDueProbes(on.deps)).flipped
  }
  return flipped
}

export async function statusOfComponent(deps: Deps, id = shop.checkout) {
  const found = await deps.db.query.components.findFirst({ where: eq(components.id, id) })
  return found!.status
}

/** A component's history as `status from-to`, in seconds since a moment. */
export async function historyOf(deps: Deps, since: number, id = shop.checkout): Promise<string[]> {
  const rows = await deps.db.query.componentStatusIntervals.findMany({
    where: eq(componentStatusIntervals.componentId, id),
    orderBy: asc(componentStatusIntervals.id),
  })
  const second = (at: number | null) => (at === null ? '' : (at - since) / 1000)
  return rows.map(
    ({ status, startedAt, endedAt }) => `${status} ${second(startedAt)}-${second(endedAt)}`,
  )
}
