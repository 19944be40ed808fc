import { asc, eq } from 'drizzle-orm'
import type { Statement } from '../../db/client.ts'
import { components, probes } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { touchedByComponents } from '../domain/documents.ts'
import { DomainError } from '../domain/error.ts'
import { assertProbe } from '../domain/probe-settings.ts'
import { SECOND } from '../domain/time.ts'
import { settle, situations, statusOfProbe } from './components.ts'
import { resolveAlerts } from './flips.ts'
import type { Probe } from './probing.ts'
import { audit, decide, nextVersion, touch, violates, type Actor } from './save.ts'

/** What an operator sets; what is left out keeps its value, or gets the usual one when new. */
export type ProbeSettings = Partial<
  Pick<
    Probe,
    | 'url'
    | 'method'
    | 'headers'
    | 'expectStatus'
    | 'expectText'
    | 'intervalMs'
    | 'recheckMs'
    | 'timeoutMs'
    | 'failureThreshold'
    | 'successThreshold'
    | 'degradedMs'
    | 'statusWhenDown'
    | 'opensIncident'
    | 'severity'
  >
>
export type NewProbe = ProbeSettings & Pick<Probe, 'key' | 'componentId' | 'kind' | 'url'>

export function listProbes(deps: Deps): Promise<Probe[]> {
  return deps.db.select().from(probes).orderBy(asc(probes.key))
}

export async function createProbe(deps: Deps, actor: Actor, input: NewProbe): Promise<Probe> {
  const probe = newProbe(deps, input)
  const component = await deps.db.query.components.findFirst({
    columns: { id: true },
    where: eq(components.id, input.componentId),
  })
  if (!component) {
    const fields = [{ path: 'component_id', message: 'there is no such component' }]
    throw new DomainError('invalid', 'the probe is of no component', { fields })
  }
  try {
    await deps.db.write([
      deps.db.insert(probes).values(probe),
      audit(deps, actor, 'probe.create', `probes/${probe.id}`, { key: probe.key, url: probe.url }),
    ])
  } catch (error) {
    if (violates(error, /UNIQUE constraint failed: probes\.key/))
      throw new DomainError('conflict', `there is a probe ${JSON.stringify(probe.key)} already`)
    throw error
  }
  return probe
}

/** A new probe with the usual settings, due at once; also for whoever saves it in a batch of their own. */
export function newProbe(deps: Deps, input: NewProbe): Probe {
  const now = deps.clock.now()
  const probe: Probe = {
    method: 'GET',
    headers: {},
    expectStatus: [],
    expectText: '',
    intervalMs: 30 * SECOND,
    recheckMs: Math.min(10 * SECOND, input.intervalMs ?? Infinity),
    timeoutMs: Math.min(10 * SECOND, input.intervalMs ?? Infinity),
    failureThreshold: 3,
    successThreshold: 2,
    degradedMs: null,
    statusWhenDown: 'major_outage',
    opensIncident: 'draft',
    severity: null,
    ...input,
    id: deps.newId(),
    paused: false,
    ...unknown,
    version: 0,
    nextAt: now,
    createdAt: now,
    updatedAt: now,
  }
  assertProbe(probe)
  return probe
}

const unknown = {
  state: 'unknown',
  stateSince: null,
  failures: 0,
  successes: 0,
  slow: 0,
  streakStartedAt: null,
  lastCheckedAt: null,
  lastLatencyMs: null,
  lastReason: '',
  leasedUntil: null,
} as const

/** Changes settings; what is being asked meanwhile by the old ones is forgotten. */
export function updateProbe(
  deps: Deps,
  actor: Actor,
  id: string,
  input: ProbeSettings,
): Promise<Probe> {
  return change(deps, actor, id, 'probe.update', Object.keys(input), (probe) => ({
    ...probe,
    ...input,
    failures: 0,
    successes: 0,
    streakStartedAt: null,
    nextAt: deps.clock.now(),
  }))
}

/** A paused probe has no say in its component's status; resumed, it begins as if it were new. */
export function pauseProbe(deps: Deps, actor: Actor, id: string, paused: boolean): Promise<Probe> {
  return change(deps, actor, id, paused ? 'probe.pause' : 'probe.resume', [], (probe) =>
    probe.paused === paused ? probe : { ...probe, ...unknown, paused, nextAt: deps.clock.now() },
  )
}

function change(
  deps: Deps,
  actor: Actor,
  id: string,
  action: string,
  fields: string[],
  alter: (probe: Probe) => Probe,
): Promise<Probe> {
  return decide(async () => {
    const before = await deps.db.query.probes.findFirst({ where: eq(probes.id, id) })
    if (!before) throw new DomainError('not_found', `there is no probe ${id}`)
    const now = deps.clock.now()
    const after = { ...alter(before), leasedUntil: null, updatedAt: now }
    assertProbe(after)
    await deps.db.write([
      deps.db
        .update(probes)
        .set({ ...after, version: nextVersion(probes.version, before.version) })
        .where(eq(probes.id, id)),
      ...(await settleBy(deps, before, after)),
      audit(deps, actor, action, `probes/${id}`, { key: before.key, fields }),
    ])
    return { ...after, version: before.version + 1 }
  })
}

/** A probe that believes or means something else now may change what its component shows. */
async function settleBy(deps: Deps, before: Probe, after: Probe): Promise<Statement[]> {
  if (before.state === after.state && before.statusWhenDown === after.statusWhenDown) return []
  const [situation] = await situations(deps, [after.componentId])
  const byProbe = new Map(situation!.byProbe)
  byProbe.delete(after.id)
  if (after.state !== 'unknown')
    byProbe.set(after.id, {
      status: statusOfProbe(after.state, after.statusWhenDown),
      since: after.stateSince ?? 0,
    })
  return [
    ...settle(deps, { ...situation!, byProbe }, deps.clock.now()),
    ...(after.state === 'unknown' ? [resolveAlerts(deps, after.id)] : []),
    touch(deps, touchedByComponents([after.componentId])),
  ]
}
