import { incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import {
  advance,
  allClearBody,
  announcementOf,
  assertOpen,
  impactAfter,
  type AllClear,
} from '../../domain/incident.ts'
import type { ComponentStatus, Impact, IncidentStatus } from '../../domain/words.ts'
import { announcedImpacts } from '../telling/announcements.ts'
import { resolveComponents, situations } from '../components/components.ts'
import { remember } from '../access/idempotency.ts'
import { thePage } from '../page.ts'
import { audit, decide, type Actor } from '../save.ts'
import { affectedIds, blank, findIncident, saveIncident, tell, type Incident } from './timeline.ts'

export type ComponentChange = {
  id?: string | undefined
  key?: string | undefined
  status: ComponentStatus
}

export type NewIncident = {
  name: string
  body: string
  status: IncidentStatus
  severity: string | null
  impact: Impact | null
  components: ComponentChange[]
  notify: boolean
  nextUpdateAt: number | null
  draft: boolean
}

export type NewUpdate = {
  status: IncidentStatus
  body: string
  components: ComponentChange[]
  notify: boolean
  nextUpdateAt: number | null
}

/** Opens an incident with its first update; returns its id. */
export function openIncident(deps: Deps, actor: Actor, input: NewIncident): Promise<string> {
  return decide(async () => {
    const page = await thePage(deps)
    const changes = await resolveComponents(deps, input.components)
    const severity = input.severity
      ? page.severities.find((candidate) => candidate.key === input.severity)
      : undefined
    if (input.severity && !severity)
      throw new DomainError('invalid', 'there is no such severity', {
        fields: [
          {
            path: 'severity',
            message: `must be one of ${page.severities.map(({ key }) => key).join(', ')}`,
          },
        ],
      })
    const now = deps.clock.now()
    const override = input.impact ?? severity?.impact ?? null
    const incident: Incident = {
      id: deps.newId(),
      kind: 'incident',
      name: input.name,
      impact: impactAfter('none', override, [...changes.values()]),
      impactOverride: override,
      severity: severity?.key ?? null,
      draft: input.draft,
      startedAt: now,
      ...blank,
      nextUpdateAt: input.nextUpdateAt,
      createdAt: now,
      updatedAt: now,
      ...advance({ monitoringAt: null }, input.status, now),
    }
    const situation = await situations(deps, [...changes.keys()])
    await deps.db.write([
      deps.db.insert(incidents).values(incident),
      ...tell(deps, actor, {
        incident,
        situations: situation,
        changes,
        status: input.status,
        body: input.body,
        kind: input.notify ? announcementOf(input.status, true) : null,
        timeZone: page.timeZone,
      }),
      audit(deps, actor, 'incident.open', `incidents/${incident.id}`, {
        name: incident.name,
        draft: incident.draft,
      }),
      ...remember(deps, actor, incident.id),
    ])
    return incident.id
  })
}

/** Posts an update: what is known now, and what it changes for components. */
export function addUpdate(deps: Deps, actor: Actor, id: string, input: NewUpdate): Promise<void> {
  return say(deps, actor, id, 'incident.update', input)
}

/** Ends an incident with the words people waited for: issue, root cause, fix and impact. A draft may become public by it. */
export function giveAllClear(
  deps: Deps,
  actor: Actor,
  id: string,
  allClear: AllClear,
  notify: boolean,
  publish = false,
): Promise<void> {
  return say(deps, actor, id, 'incident.all_clear', {
    status: 'resolved',
    body: allClearBody(allClear),
    components: [],
    notify,
    nextUpdateAt: null,
    allClear,
    publish,
  })
}

function say(
  deps: Deps,
  actor: Actor,
  id: string,
  action: string,
  input: NewUpdate & { allClear?: AllClear; publish?: boolean },
): Promise<void> {
  return decide(async () => {
    const page = await thePage(deps)
    const before = await findIncident(deps, id)
    assertOpen(before)
    const changes = await resolveComponents(deps, input.components)
    const affected = await affectedIds(deps, id)
    const situation = await situations(deps, [...new Set([...affected, ...changes.keys()])])
    const announced = await announcedImpacts(deps, id)
    const now = deps.clock.now()
    const incident: Incident = {
      ...before,
      ...advance(before, input.status, now),
      draft: before.draft && !input.publish,
      impact: impactAfter(before.impact, before.impactOverride, [...changes.values()]),
      nextUpdateAt: input.status === 'resolved' ? null : input.nextUpdateAt,
      allClear: input.allClear ?? before.allClear,
      updatedAt: now,
    }
    await deps.db.write([
      saveIncident(deps, before, incident),
      ...tell(deps, actor, {
        incident,
        situations: situation,
        changes,
        status: input.status,
        body: input.body,
        kind: input.notify ? announcementOf(input.status, announced.length === 0) : null,
        announced,
        timeZone: page.timeZone,
      }),
      audit(deps, actor, action, `incidents/${id}`, {
        from: before.status,
        to: incident.status,
        ...(incident.draft === before.draft ? {} : { published: true }),
      }),
      ...remember(deps, actor, id),
    ])
  })
}
