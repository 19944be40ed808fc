import { and, eq } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak } from '../../domain/message.ts'
import { symptomOf, type Symptom } from '../../domain/opening.ts'
import type { Flip, Sample } from '../../domain/probe.ts'
import { targetOf } from '../../domain/question.ts'
import { resolve } from '../alerts/raising.ts'
import {
  settle,
  situations,
  statusOfProbe,
  touchedBySituations,
  type Situation,
} from '../components/components.ts'
import { isWorkedOn } from '../components/upkeep.ts'
import { thePage } from '../page.ts'
import { tellFlapping } from './flapping.ts'
import { alarm } from './probe-alerts.ts'
import { consequences, type Outcome } from './probe-incidents.ts'
import type { Judged, Probe, Watch } from './probing.ts'
import { foldChecks, saveRound } from './rounds.ts'
import { asOfNow, evidenceOf, isNews } from './votes.ts'
import { audit, decide, nextVersion, touch } from '../save.ts'

/** Saves a check that changed what a probe believes, with all that follows, in one batch. False when it came too late. */
export function saveFlip(deps: Deps, checked: Judged): Promise<boolean> {
  return decide(async () => {
    const judged = await asOfNow(deps, checked)
    // Somebody changed the probe, or checked it again because we were slow: what we heard is stale.
    if (!judged) return false
    const { probe, flip } = judged
    if (!isNews(flip)) {
      // Two regions that change their minds at the same moment must not overlook each other.
      await saveRound(deps, [judged], [saveWord(deps, probe, {})])
      return false
    }
    const sample = evidenceOf(judged)
    const page = await thePage(deps)
    const [before] = await situations(deps, [probe.componentId])
    const symptom = symptomOf(probe.kind, flip.to, sample)
    const said = withProbe(before!, probe, flip)
    const { reason } = sample
    const happening = { probe, flip, symptom, reason, page, situation: said }
    const incident = await consequences(deps, happening)
    await deps.db.write([
      ...foldChecks(deps, [judged]),
      saveWatch(deps, judged),
      saveWord(deps, probe, { state: flip.to, stateSince: flip.startedAt }),
      ...incident.statements,
      ...settle(deps, incident.situation, flip.startedAt),
      resolveAlerts(deps, probe.id),
      ...alert(deps, { probe, flip, sample }, nameOf(symptom, before!), incident),
      ...(await tellFlapping(deps, [judged])),
      touch(deps, [...touchedBySituations([incident.situation]), ...incident.touched]),
      audit(deps, { id: 'probe', requestId: null }, `probe.${flip.to}`, `probes/${probe.id}`, {
        from: flip.from,
        since: flip.startedAt,
        reason,
        incident: incident.id,
        ...(incident.roots.length > 0 && { because_of: incident.roots }),
      }),
    ])
    return true
  })
}

/** The symptom as operators read it. */
function nameOf(symptom: Symptom, situation: Situation): string {
  return speak('en')(`probe.${symptom}`, { component: situation.fullName })
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

function saveWord(
  deps: Deps,
  { id, version }: Probe,
  word: Partial<Pick<Probe, 'state' | 'stateSince'>>,
): Statement {
  return deps.db
    .update(probes)
    .set({ ...word, version: nextVersion(probes.version, version) })
    .where(eq(probes.id, id))
}

/**
 * Whatever was live is over, and what began is new; what others drag down is told by their alerts, and what is being worked on
 * by nobody.
 */
function alert(
  deps: Deps,
  { probe, flip, sample }: { probe: Probe; flip: Flip; sample: Sample },
  title: string,
  { id, roots, drags, situation }: Outcome,
): Statement[] {
  const { to } = flip
  if (to === 'up' || roots.length > 0 || isWorkedOn(situation)) return []
  const detail = sample.reason || `${targetOf(probe.question)}: ${sample.latency_ms} ms`
  return alarm(deps, probe, to, { title, detail, incidentId: id, drags })
}

export function resolveAlerts(deps: Deps, probeId: string): Statement {
  return resolve(deps, 'probe', probeId)
}
