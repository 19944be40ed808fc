import { eq } from 'drizzle-orm'
import { incidentComponents, incidents, incidentUpdates, templates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByIncident } from '../../domain/documents.ts'
import { openingOf, type Symptom } from '../../domain/opening.ts'
import { impactOfStatuses } from '../../domain/status.ts'
import { statusOf, type Situation } from '../components/components.ts'
import type { Page } from '../page.ts'
import { announce } from '../telling/announcements.ts'
import { author, changesNothing, type Dragged } from './naming.ts'
import type { Consequences } from './probe-incidents.ts'
import type { Probe } from './probing.ts'

type Beginning = {
  probe: Probe
  since: number
  symptom: Symptom
  reason: string
  page: Page
  situation: Situation
  /** What does not work because of it. */
  dragged: Dragged[]
}

/** A draft for operators, or where the probe is set so, a public incident that is told at once. */
export async function begin(deps: Deps, beginning: Beginning): Promise<Consequences> {
  const { probe, since, page, situation } = beginning
  const now = deps.clock.now()
  const draft = probe.opensIncident === 'draft'
  const [id, updateId] = [deps.newId(), deps.newId()]
  const own = { situation, word: { status: probe.statusWhenDown, since } }
  const dragged = beginning.dragged.filter(
    (one) => draft || changesNothing(one.situation, id, one.word),
  )
  const affected = [own, ...dragged]
  const componentIds = affected.map((one) => one.situation.component.id)
  const impact = impactOfStatuses(affected.map(({ word }) => word.status))
  const { title, body } = openingOf(
    {
      ...beginning,
      status: probe.statusWhenDown as Exclude<typeof probe.statusWhenDown, 'operational'>,
      impact,
      now,
      component: situation.fullName,
      dragged: dragged.map((one) => one.situation.fullName),
    },
    await templateOf(deps, probe),
  )
  const saying = ({ situation: heard, word }: Dragged): Situation =>
    draft ? heard : { ...heard, byIncident: new Map(heard.byIncident).set(id, word) }
  return {
    id,
    statements: [
      deps.db.insert(incidents).values({
        id,
        name: title,
        impact,
        draft,
        probeId: probe.id,
        severity: probe.severity,
        status: 'investigating',
        startedAt: since,
        createdAt: now,
        updatedAt: now,
      }),
      deps.db.insert(incidentUpdates).values({
        id: updateId,
        incidentId: id,
        status: 'investigating',
        author: author.id,
        body,
        components: affected.map((one) => ({
          id: one.situation.component.id,
          name: one.situation.fullName,
          old_status: one.situation.component.status,
          new_status: draft ? one.word.status : statusOf(saying(one)),
        })),
        notify: !draft,
        displayAt: now,
        createdAt: now,
        updatedAt: now,
      }),
      deps.db.insert(incidentComponents).values(
        affected.map(({ situation: { component }, word }) => ({
          incidentId: id,
          componentId: component.id,
          ...word,
        })),
      ),
      ...(draft
        ? []
        : announce(deps, {
            kind: 'incident_opened',
            incidentId: id,
            updateId,
            impact,
            componentIds,
          })),
    ],
    touched: draft ? [] : touchedByIncident({ id, started_at: since }, componentIds, page.timeZone),
    situation: saying(own),
  }
}

/** One that is gone is no reason to say nothing. */
async function templateOf(deps: Deps, { openingTemplate }: Probe) {
  if (openingTemplate === null) return null
  const found = await deps.db.query.templates.findFirst({
    where: eq(templates.key, openingTemplate),
  })
  return found ?? null
}
