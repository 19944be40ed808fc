import { asc, eq } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { probes } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { assertProbe } from '../../domain/probe-settings.ts'
import { questionOf, targetOf, type Question, type QuestionFields } from '../../domain/question.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import type { ProbeKind } from '../../domain/words.ts'
import type { Prober } from '../../probers/prober.ts'
import { componentIdOf } from '../components/catalog.ts'
import {
  settle,
  situations,
  statusOfProbe,
  touchedBySituations,
  type Situation,
} from '../components/components.ts'
import { resolveAlerts } from './flips.ts'
import { remember } from '../access/idempotency.ts'
import { named, writeKeyed } from '../components/keyed.ts'
import { assertTemplatesExist } from '../incidents/templates.ts'
import { thePage } from '../page.ts'
import type { Probe } from './probing.ts'
import { audit, decide, nextVersion, touch, type Actor } from '../save.ts'
import { alterWatches, insertProbe } from './watches.ts'

/** What an operator sets; what is left out keeps its value, or gets the usual one when new. */
export type ProbeSettings = Partial<
  Pick<
    Probe,
    | 'intervalMs'
    | 'recheckMs'
    | 'timeoutMs'
    | 'failureThreshold'
    | 'successThreshold'
    | 'confirmMs'
    | 'stableMs'
    | 'degradedMs'
    | 'latencyPercentile'
    | 'latencyWindow'
    | 'statusWhenDown'
    | 'opensIncident'
    | 'severity'
    | 'openingTemplate'
    | 'allClear'
    | 'closingTemplate'
    | 'watchMs'
    | 'regions'
    | 'quorum'
  >
>
export type NewProbe = ProbeSettings &
  Pick<Probe, 'key' | 'componentId' | 'kind'> & { question: QuestionFields }

/** `component` is an id or a key. */
export type ProbeChange = ProbeSettings & {
  question?: QuestionFields
  component?: string
  paused?: boolean
}

export function listProbes(deps: Deps): Promise<Probe[]> {
  return deps.db.select().from(probes).orderBy(asc(probes.key))
}

export async function findProbe(deps: Deps, idOrKey: string): Promise<Probe> {
  const probe = await deps.db.query.probes.findFirst(named(probes, idOrKey))
  if (!probe) throw new DomainError('not_found', `there is no probe ${idOrKey}`)
  return probe
}

export async function createProbe(
  deps: Deps,
  actor: Actor,
  { component, ...input }: Omit<NewProbe, 'componentId'> & { component: string },
): Promise<Probe> {
  const probe = newProbe(deps, { ...input, componentId: await componentIdOf(deps, component) })
  await assertSeverity(deps, probe.severity)
  await assertTemplatesExist(deps, probe)
  await writeKeyed(deps, 'probe', probe.key, [
    // First, so that of two equal requests the later one fails on its Idempotency-Key and not on the key it brings.
    ...remember(deps, actor, probe.id),
    ...insertProbe(deps, probe),
    audit(deps, actor, 'probe.create', `probes/${probe.id}`, {
      key: probe.key,
      target: targetOf(probe.question),
    }),
  ])
  return probe
}

async function assertSeverity(deps: Deps, severity: string | null): Promise<void> {
  const { severities } = await thePage(deps)
  if (severity === null || severities.some(({ key }) => key === severity)) return
  const message = `must be one of ${severities.map(({ key }) => key).join(', ')}, or null for none`
  const fields = [{ path: 'severity', message }]
  throw new DomainError('invalid', `the probe's severity ${message}`, { fields })
}

/** A new probe with the usual settings, due at once; also for whoever saves it in a batch of their own. */
export function newProbe(deps: Deps, { question, ...input }: NewProbe): Probe {
  const now = deps.clock.now()
  // A missing call is missing however often one looks.
  const once = input.kind === 'heartbeat'
  const probe: Probe = {
    intervalMs: 30 * SECOND,
    recheckMs: Math.min(10 * SECOND, input.intervalMs ?? Infinity),
    timeoutMs: Math.min(10 * SECOND, input.intervalMs ?? Infinity),
    failureThreshold: once ? 1 : 3,
    successThreshold: once ? 1 : 2,
    confirmMs: 0,
    stableMs: 5 * MINUTE,
    degradedMs: null,
    latencyPercentile: 0.6,
    latencyWindow: 5,
    statusWhenDown: 'major_outage',
    opensIncident: 'draft',
    severity: null,
    openingTemplate: null,
    allClear: 'propose',
    closingTemplate: null,
    watchMs: 30 * MINUTE,
    regions: [],
    quorum: null,
    ...input,
    question: completed(deps, input.kind, question),
    id: deps.newId(),
    paused: false,
    state: 'unknown',
    stateSince: null,
    version: 0,
    createdAt: now,
    updatedAt: now,
  }
  assertProbe(probe)
  return probe
}

/** The whole question; refuses fields that it has not or needs, and what this machine cannot ask. */
function completed(deps: Deps, kind: ProbeKind, given: QuestionFields, before?: Question) {
  const { question, missing, foreign } = questionOf(kind, given, before)
  const fields = [
    ...missing.map((path) => ({ path, message: `is missing: ${kind} needs it` })),
    ...foreign.map((path) => ({ path, message: `is not known to ${kind}` })),
  ]
  const prober = deps.probers[kind] as Prober
  if (fields.length === 0) fields.push(...(prober.complaintsAbout?.(question) ?? []))
  const [first] = fields
  if (!first) return question
  throw new DomainError('invalid', `the probe's ${first.path} ${first.message}`, { fields })
}

/** A paused probe has no say in its component's status; resumed, it begins as if it were new. */
export function pauseProbe(deps: Deps, actor: Actor, id: string, paused: boolean): Promise<Probe> {
  return updateProbe(deps, actor, id, { paused })
}

/** Changes a probe; what is being asked meanwhile by the old settings is forgotten. */
export function updateProbe(
  deps: Deps,
  actor: Actor,
  idOrKey: string,
  change: ProbeChange,
): Promise<Probe> {
  return decide(async () => {
    const before = await findProbe(deps, idOrKey)
    const { component, question: given, ...input } = change
    const componentId =
      component === undefined ? before.componentId : await componentIdOf(deps, component)
    const question = given ? completed(deps, before.kind, given, before.question) : before.question
    const changed = { ...before, ...input, question, componentId, updatedAt: deps.clock.now() }
    // Paused, resumed or looking after another component it knows nothing; by other settings it counts afresh.
    const forgets = changed.paused !== before.paused || componentId !== before.componentId
    const after = forgets ? { ...changed, state: 'unknown' as const, stateSince: null } : changed
    assertProbe(after)
    if (change.severity !== undefined) await assertSeverity(deps, change.severity)
    await assertTemplatesExist(deps, change)
    await deps.db.write([
      deps.db
        .update(probes)
        .set({ ...after, version: nextVersion(probes.version, before.version) })
        .where(eq(probes.id, before.id)),
      ...alterWatches(deps, after, forgets),
      ...(await settleBy(deps, before, after)),
      audit(deps, actor, actionOf(before, after, change), `probes/${before.id}`, {
        key: before.key,
        fields: [...Object.keys(given ?? {}), ...Object.keys(input)],
      }),
    ])
    return { ...after, version: before.version + 1 }
  })
}

function actionOf(before: Probe, after: Probe, change: ProbeChange): string {
  const isOnlyPause = Object.keys(change).every((field) => field === 'paused')
  if (!isOnlyPause || before.paused === after.paused) return 'probe.update'
  return after.paused ? 'probe.pause' : 'probe.resume'
}

/** A probe that believes or means something else now, or of something else, may change what components show. */
export async function settleBy(deps: Deps, before: Probe, after: Probe): Promise<Statement[]> {
  const saysTheSame =
    before.componentId === after.componentId &&
    before.state === after.state &&
    before.statusWhenDown === after.statusWhenDown
  if (saysTheSame) return []
  const componentIds = [...new Set([before.componentId, after.componentId])]
  const heard = (await situations(deps, componentIds)).map((one) => withProbe(one, after))
  return [
    ...heard.flatMap((situation) => settle(deps, situation, deps.clock.now())),
    ...(after.state === 'unknown' ? [resolveAlerts(deps, after.id)] : []),
    touch(deps, touchedBySituations(heard)),
  ]
}

/** The situation of a component once the probe is as it is saved now. */
function withProbe(situation: Situation, probe: Probe): Situation {
  const byProbe = new Map(situation.byProbe)
  byProbe.delete(probe.id)
  if (probe.componentId === situation.component.id && probe.state !== 'unknown')
    byProbe.set(probe.id, {
      status: statusOfProbe(probe.state, probe.statusWhenDown),
      since: probe.stateSince ?? 0,
    })
  return { ...situation, byProbe }
}
