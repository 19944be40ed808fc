import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { incidentComponents, incidents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByIncident } from '../../domain/documents.ts'
import { speak } from '../../domain/message.ts'
import type { Flip } from '../../domain/probe.ts'
import { impactOfStatuses } from '../../domain/status.ts'
import { formatTime } from '../../domain/time.ts'
import { announce } from '../telling/announcements.ts'
import { statusOf, type Situation } from '../components/components.ts'
import type { Page } from '../page.ts'
import type { Probe } from './probing.ts'
import { audit } from '../save.ts'

const author = { id: 'probe', requestId: null }

type Happening = { probe: Probe; flip: Flip; name: string; page: Page; situation: Situation }

type Consequences = {
  /** The incident that it belongs to, if any. */
  id: string | null
  statements: Statement[]
  touched: string[]
  /** With what the incident says of the component now. */
  situation: Situation
}

/** What a flip means for incidents: a new one, a note on the open one, or the end of what a probe said in its own name. */
export async function consequences(deps: Deps, happening: Happening): Promise<Consequences> {
  const { probe, flip, situation } = happening
  const none = { id: null, statements: [], touched: [], situation }
  if (flip.from === 'down') return (await takeBack(deps, happening)) ?? none
  if (flip.to !== 'down' || probe.opensIncident === 'no') return none
  const open = await openIncidentOn(deps, probe.componentId)
  return open ? { ...none, ...note(deps, open.id, happening) } : begin(deps, happening)
}

/** The newest open incident or running maintenance of a component, drafts included. */
async function openIncidentOn(
  deps: Deps,
  componentId: string,
): Promise<{ id: string } | undefined> {
  const [open] = await deps.db
    .select({ id: incidents.id })
    .from(incidents)
    .innerJoin(incidentComponents, eq(incidentComponents.incidentId, incidents.id))
    .where(
      and(
        eq(incidentComponents.componentId, componentId),
        isNull(incidents.resolvedAt),
        sql`${incidents.status} <> 'scheduled'`,
      ),
    )
    .orderBy(desc(incidents.startedAt))
    .limit(1)
  return open
}

/** An internal note: operators find it in the log of the incident, the public never does. */
function note(deps: Deps, id: string, { probe, name }: Happening) {
  return {
    id,
    statements: [
      audit(deps, author, 'incident.note', `incidents/${id}`, { probe: probe.id, name }),
    ],
  }
}

/** A draft for operators, or where the probe is set so, a public incident that is told at once. */
function begin(deps: Deps, { probe, flip, name, page, situation }: Happening): Consequences {
  const now = deps.clock.now()
  const draft = probe.opensIncident === 'draft'
  const [id, updateId, componentId] = [deps.newId(), deps.newId(), probe.componentId]
  const word = { status: probe.statusWhenDown, since: flip.startedAt }
  const said: Situation = draft
    ? situation
    : { ...situation, byIncident: new Map(situation.byIncident).set(id, word) }
  const impact = impactOfStatuses([word.status])
  const time = formatTime(flip.startedAt, page.locale, page.timeZone)
  return {
    id,
    statements: [
      deps.db.insert(incidents).values({
        id,
        name,
        impact,
        draft,
        probeId: probe.id,
        severity: probe.severity,
        status: 'investigating',
        startedAt: flip.startedAt,
        createdAt: now,
        updatedAt: now,
      }),
      deps.db.insert(incidentUpdates).values({
        id: updateId,
        incidentId: id,
        status: 'investigating',
        author: author.id,
        body: speak(page.locale)('probe.body', { time }),
        components: [
          {
            id: componentId,
            name: situation.fullName,
            old_status: situation.component.status,
            new_status: draft ? word.status : statusOf(said),
          },
        ],
        notify: !draft,
        displayAt: now,
        createdAt: now,
        updatedAt: now,
      }),
      deps.db.insert(incidentComponents).values({ incidentId: id, componentId, ...word }),
      ...(draft
        ? []
        : announce(deps, {
            kind: 'incident_opened',
            incidentId: id,
            updateId,
            impact,
            componentIds: [componentId],
          })),
    ],
    touched: draft ? [] : touchedBy(id, flip.startedAt, componentId, page),
    situation: said,
  }
}

/**
 * A probe takes back what it said of its component in an incident of its own, as long as nobody else has spoken since.
 * The incident itself stays open: the all-clear is an operator's.
 */
async function takeBack(
  deps: Deps,
  { probe, flip, page, situation }: Happening,
): Promise<Consequences | null> {
  const { componentId } = probe
  const [own] = await deps.db
    .select({ id: incidents.id, startedAt: incidents.startedAt })
    .from(incidents)
    .innerJoin(incidentComponents, eq(incidentComponents.incidentId, incidents.id))
    .where(
      and(
        eq(incidentComponents.componentId, componentId),
        eq(incidents.probeId, probe.id),
        eq(incidents.draft, false),
        isNull(incidents.resolvedAt),
        eq(incidentComponents.since, incidents.startedAt),
      ),
    )
  if (!own) return null
  // Withdrawn rather than changed: what the probe believes from here on counts by itself.
  const word = { status: 'operational' as const, since: flip.startedAt }
  return {
    id: own.id,
    statements: [
      deps.db
        .update(incidentComponents)
        .set(word)
        .where(
          and(
            eq(incidentComponents.incidentId, own.id),
            eq(incidentComponents.componentId, componentId),
          ),
        ),
    ],
    touched: touchedBy(own.id, own.startedAt, componentId, page),
    situation: { ...situation, byIncident: new Map(situation.byIncident).set(own.id, word) },
  }
}

function touchedBy(id: string, startedAt: number, componentId: string, page: Page): string[] {
  return touchedByIncident({ id, started_at: startedAt }, [componentId], page.timeZone)
}
