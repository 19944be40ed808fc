import { and, eq, inArray } from 'drizzle-orm'
import { auditLog, incidents, incidentUpdates, probes } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { allClearBody } from '../../domain/all-clear-words.ts'
import {
  proposalOf,
  speaksForItself,
  type Proposal,
  type Speakers,
} from '../../domain/all-clear.ts'
import { advance } from '../../domain/incident.ts'
import { situations } from '../components/components.ts'
import { nudge } from '../nudge.ts'
import { iso, thePage, type Page } from '../page.ts'
import { audit, decide } from '../save.ts'
import { announcedImpacts } from '../telling/announcements.ts'
import { askOperators } from './all-clear-alerts.ts'
import { loadAllClearFacts } from './all-clear-facts.ts'
import { affectedIds, findIncident, saveIncident, tell, type Incident } from './timeline.ts'

const author = { id: 'probe', requestId: null }

/** The all-clears that are due, by incident: of all that probes opened, or of these. */
export async function proposedAllClears(
  deps: Deps,
  page: Page,
  ids?: string[],
): Promise<Map<string, Proposal>> {
  const now = deps.clock.now()
  const opened = await loadAllClearFacts(deps, page, ids)
  return new Map(
    opened.flatMap(({ id, facts }) => {
      const proposal = proposalOf(facts, now)
      return proposal ? [[id, proposal]] : []
    }),
  )
}

export function viewOfProposal(proposal: Proposal) {
  const { began, ended, since, errorRate, slowestMs, p95Ms, isUntold, ...rest } = proposal
  return {
    ...rest,
    began_at: iso(began),
    ended_at: iso(ended),
    since: iso(since),
    error_rate: errorRate,
    slowest_ms: slowestMs,
    p95_ms: p95Ms,
    nobody_told: isUntold,
  }
}

/** Gives the all-clears that need no operator, and asks operators for the others. Returns how many it gave. */
export async function giveDueAllClears(deps: Deps): Promise<number> {
  const page = await deps.db.query.page.findFirst()
  if (!page) return 0
  const due = await proposedAllClears(deps, page)
  let given = 0
  for (const id of await givenByThemselves(deps, [...due.keys()]))
    if (await giveByItself(deps, id)) {
      due.delete(id)
      given++
    }
  if (given > 0) nudge(deps)
  await askOperators(deps, page, due)
  return given
}

/** Of these incidents, those whose probe is set to end by itself what it began. */
async function givenByThemselves(deps: Deps, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await deps.db
    .select({ id: incidents.id })
    .from(incidents)
    .innerJoin(probes, eq(probes.id, incidents.probeId))
    .where(and(inArray(incidents.id, ids), eq(probes.allClear, 'auto')))
  return rows.map(({ id }) => id)
}

/** Ends what a probe told the public in its own name, once however many processes try. False where it is not to. */
function giveByItself(deps: Deps, id: string): Promise<boolean> {
  return decide(async () => {
    const page = await thePage(deps)
    // Read first: whatever changes from here on, an update or what a component shows, makes the save fail.
    const before = await findIncident(deps, id)
    const heard = await situations(deps, await affectedIds(deps, id))
    const [opened] = await loadAllClearFacts(deps, page, [id])
    const now = deps.clock.now()
    const proposal = opened && proposalOf(opened.facts, now)
    if (!proposal || !speaksForItself(await speakersOf(deps, before))) return false
    const incident: Incident = {
      ...before,
      ...advance(before, 'resolved', now),
      nextUpdateAt: null,
      updatedAt: now,
    }
    await deps.db.write([
      saveIncident(deps, before, incident),
      ...tell(deps, author, {
        incident,
        situations: heard,
        changes: new Map(),
        status: 'resolved',
        body: allClearBody(opened.facts, {
          began: proposal.began,
          ended: proposal.ended,
          checks: proposal.checks,
          failed: proposal.failed,
        }),
        kind: 'incident_resolved',
        announced: await announcedImpacts(deps, id),
        timeZone: page.timeZone,
      }),
      audit(deps, author, 'incident.all_clear', `incidents/${id}`, numbersOf(before, proposal)),
    ])
    return true
  })
}

async function speakersOf(deps: Deps, incident: Incident): Promise<Speakers> {
  const [[probe], updates, changes] = await deps.db.batch([
    deps.db
      .select({ way: probes.allClear, opensIncident: probes.opensIncident })
      .from(probes)
      .where(eq(probes.id, incident.probeId!)),
    deps.db
      .selectDistinct({ who: incidentUpdates.author })
      .from(incidentUpdates)
      .where(eq(incidentUpdates.incidentId, incident.id)),
    deps.db
      .selectDistinct({ who: auditLog.actor })
      .from(auditLog)
      .where(eq(auditLog.object, `incidents/${incident.id}`)),
  ])
  return {
    ...probe!,
    draft: incident.draft,
    authors: updates.map(({ who }) => who),
    changedBy: changes.map(({ who }) => who),
  }
}

function numbersOf(before: Incident, proposal: Proposal) {
  const { text: _, components, nobody_told: _untold, ...numbers } = viewOfProposal(proposal)
  return { from: before.status, to: 'resolved', probe: before.probeId, components, ...numbers }
}
