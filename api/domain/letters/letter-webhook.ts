import { jsonWithPlaces, places, type Letter, type LetterIncident } from './letter.ts'
import { bytesOf, cutAtWord, firstToFit } from './letter-cut.ts'
import { storiesOf } from './letter-digest.ts'
import type { AnnouncementKind } from '../words.ts'

/** What endpoints switch on; these names are a promise. */
const types: Record<AnnouncementKind, string> = {
  confirmation: 'subscription.challenge',
  already_subscribed: 'subscription.exists',
  incident_opened: 'incident.opened',
  incident_updated: 'incident.updated',
  incident_resolved: 'incident.resolved',
  maintenance_scheduled: 'maintenance.scheduled',
  maintenance_reminder: 'maintenance.reminder',
  maintenance_started: 'maintenance.started',
  maintenance_updated: 'maintenance.updated',
  maintenance_moved: 'maintenance.moved',
  maintenance_extended: 'maintenance.extended',
  maintenance_completed: 'maintenance.completed',
  maintenance_cancelled: 'maintenance.cancelled',
  postmortem_published: 'postmortem.published',
  digest: 'digest',
}

/** Endpoints commonly refuse what is longer than 20 KB; links still get longer when their places are filled. */
const MESSAGE = 18_500

type Budget = { body: number; components: number }

const budgets: Budget[] = [
  { body: 10_000, components: 100 },
  { body: 5000, components: 50 },
  { body: 1500, components: 25 },
  { body: 300, components: 10 },
  { body: 100, components: 2 },
]

/** The body of a webhook, in the shape of Standard Webhooks; incidents have the names of Statuspage's v2 API. */
export function webhookOf(letter: Letter): string {
  const { kind, created_at } = letter
  const build = (budget: Budget) =>
    jsonWithPlaces({ type: types[kind], timestamp: iso(created_at), data: dataOf(letter, budget) })
  return firstToFit(budgets, build, (message) => bytesOf(message) <= MESSAGE)
}

function dataOf(letter: Letter, budget: Budget): object {
  if (letter.kind === 'confirmation')
    return {
      challenge: places.challenge,
      confirm_url: places.confirm,
      manage_url: places.manage,
    }
  return {
    page: pageObject(letter),
    ...(letter.incident ? newsOf(letter, letter.incident, budget) : {}),
    ...(letter.digest
      ? {
          since: iso(letter.digest.since),
          until: iso(letter.digest.until),
          incidents: digestOf(letter, budget),
        }
      : {}),
    subscription: { manage_url: places.manage, unsubscribe_url: places.unsubscribe },
  }
}

function pageObject({ page }: Letter): object {
  return { id: page.id, name: page.name, url: page.url, time_zone: page.time_zone }
}

function newsOf(letter: Letter, incident: LetterIncident, budget: Budget): object {
  const postmortem = letter.kind === 'postmortem_published' ? incident.postmortem : null
  return {
    incident: {
      ...incidentObject(letter, incident),
      incident_updates: [updateObject(incident, incident.update, budget)],
      ...(letter.kind === 'postmortem_published'
        ? { postmortem_body: cutAtWord(postmortem ?? '', budget.body) }
        : {}),
    },
    components: incident.components
      .slice(0, budget.components)
      .map(({ id, name, new_status }) => ({ id, name, status: new_status })),
    /** Something was left out for its length: all of it is at `shortlink`. */
    truncated:
      Math.max(incident.update.body.length, postmortem?.length ?? 0) > budget.body ||
      incident.components.length > budget.components,
  }
}

function digestOf(letter: Letter, budget: Budget): object[] {
  return storiesOf(letter).map((story) => ({
    ...incidentObject(letter, story),
    incident_updates: story.said
      .slice(0, 5)
      .map((update) =>
        updateObject({ ...story, components: [] }, update, { ...budget, body: budget.body / 10 }),
      ),
  }))
}

function incidentObject({ page }: Letter, incident: LetterIncident): object {
  const { scheduled_for, scheduled_until } = incident
  return {
    id: incident.id,
    name: incident.name,
    status: incident.status,
    created_at: iso(incident.created_at),
    updated_at: iso(incident.updated_at),
    monitoring_at: isoOrNull(incident.monitoring_at),
    resolved_at: isoOrNull(incident.resolved_at),
    impact: incident.impact,
    shortlink: incident.url,
    started_at: iso(incident.started_at),
    page_id: page.id,
    next_update_at: isoOrNull(incident.next_update_at),
    ...(scheduled_for === null
      ? {}
      : { scheduled_for: iso(scheduled_for), scheduled_until: isoOrNull(scheduled_until) }),
  }
}

function updateObject(
  { id, components }: LetterIncident,
  update: LetterIncident['update'],
  budget: Budget,
): object {
  const at = iso(update.display_at)
  return {
    id: update.id,
    status: update.status,
    body: cutAtWord(update.body, budget.body),
    incident_id: id,
    created_at: at,
    updated_at: at,
    display_at: at,
    affected_components: components
      .slice(0, budget.components)
      .map(({ id: code, name, old_status, new_status }) => ({
        code,
        name,
        old_status,
        new_status,
      })),
    deliver_notifications: true,
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at)
}
