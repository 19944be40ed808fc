import { and, eq, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak, type MessageKey } from '../../domain/message.ts'
import { isAnswered, type Flip } from '../../domain/probe.ts'
import { isAsked, targetOf } from '../../domain/question.ts'
import type { ProbeKind, ProbeState } from '../../domain/words.ts'
import { raise, resolve } from '../alerts/raising.ts'
import {
  settle,
  situations,
  statusOfProbe,
  touchedBySituations,
  type Situation,
} from '../components/components.ts'
import { thePage } from '../page.ts'
import { tellFlapping } from './flapping.ts'
import { consequences } from './probe-incidents.ts'
import type { Judged, Probe, Watch } from './probing.ts'
import { foldChecks } from './rounds.ts'
import { audit, decide, nextVersion, touch } from '../save.ts'

/** Saves a check that changed what a probe believes, with all that follows, in one batch. False when it came too late. */
export function saveFlip(deps: Deps, judged: Judged): Promise<boolean> {
  const { probe, watch, verdict } = judged
  const flip = verdict.flip!
  return decide(async () => {
    const [now] = await deps.db.select().from(watches).where(same(watch))
    // Somebody changed the probe, or checked it again because we were slow: what we heard is stale.
    if (now?.version !== watch.version) return false
    const page = await thePage(deps)
    const [before] = await situations(deps, [probe.componentId])
    const name = nameOf(judged, before!, page.locale)
    const said = withProbe(before!, probe, flip)
    const incident = await consequences(deps, { probe, flip, name, page, situation: said })
    await deps.db.write([
      ...foldChecks(deps, [judged]),
      saveWatch(deps, judged),
      saveWord(deps, probe, flip),
      ...incident.statements,
      ...settle(deps, incident.situation, flip.startedAt),
      ...alert(deps, judged, nameOf(judged, before!, 'en'), incident.id),
      ...(await tellFlapping(deps, [judged])),
      touch(deps, [...touchedBySituations([incident.situation]), ...incident.touched]),
      audit(deps, { id: 'probe', requestId: null }, `probe.${flip.to}`, `probes/${probe.id}`, {
        from: flip.from,
        since: flip.startedAt,
        reason: judged.sample.reason,
        incident: incident.id,
      }),
    ])
    return true
  })
}

/** The symptom as a person would name it: the public in the page's language, operators in English. */
function nameOf({ probe, verdict, sample }: Judged, situation: Situation, locale: string): string {
  const key = symptomOf(probe.kind, verdict.flip!.to, isAnswered(sample))
  return speak(locale)(key, { component: situation.fullName })
}

function symptomOf(kind: ProbeKind, to: ProbeState, answered: boolean): MessageKey {
  if (!isAsked(kind)) return answered ? 'probe.reported' : 'probe.missing'
  if (to !== 'down') return 'probe.slow'
  return answered ? 'probe.errors' : 'probe.silent'
}

function withProbe(situation: Situation, probe: Probe, flip: Flip): Situation {
  const status = statusOfProbe(flip.to, probe.statusWhenDown)
  const byProbe = new Map(situation.byProbe).set(probe.id, { status, since: flip.startedAt })
  return { ...situation, byProbe }
}

function saveWatch(deps: Deps, { watch, verdict }: Judged): Statement {
  return deps.db
    .update(watches)
    .set({
      ...verdict.belief,
      nextAt: verdict.nextAt,
      leasedUntil: null,
      version: nextVersion(watches.version, watch.version),
    })
    .where(same(watch))
}

function same({ probeId, region }: Watch) {
  return and(eq(watches.probeId, probeId), eq(watches.region, region))
}

function saveWord(deps: Deps, { id }: Probe, { to, startedAt }: Flip): Statement {
  return deps.db
    .update(probes)
    .set({ state: to, stateSince: startedAt, version: sql`${probes.version} + 1` })
    .where(eq(probes.id, id))
}

/** One live alert per probe at most: whatever was live is over, and what began is new. */
function alert(deps: Deps, judged: Judged, title: string, incidentId: string | null): Statement[] {
  const { probe, verdict, sample } = judged
  const { to } = verdict.flip!
  if (to === 'up') return [resolveAlerts(deps, probe.id)]
  const grave = to === 'down' && probe.statusWhenDown === 'major_outage'
  return [
    resolveAlerts(deps, probe.id),
    ...raise(deps, {
      source: 'probe',
      dedupeKey: probe.id,
      eventType: `probe.${to}`,
      severity: grave ? 'critical' : 'warning',
      title,
      detail: sample.reason || `${targetOf(probe.question)}: ${sample.latency_ms} ms`,
      probeId: probe.id,
      componentId: probe.componentId,
      incidentId,
    }),
  ]
}

export function resolveAlerts(deps: Deps, probeId: string): Statement {
  return resolve(deps, 'probe', probeId)
}
