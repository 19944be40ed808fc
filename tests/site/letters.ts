import type { Letter, LetterIncident } from '../../api/domain/letters/letter.ts'
import type { IncidentView } from '../../api/routes/views.ts'
import { incident, maintenance, page, resolved } from './fixtures.ts'

export function letterOf(kind: Letter['kind'], about: IncidentView | null = incident): Letter {
  const { id, name, url, time_zone, support, locale } = page
  return {
    kind,
    id: 'announcement',
    created_at: Date.parse('2026-11-21T02:12:00Z'),
    locale,
    page: {
      id,
      name,
      url: `${url}/`,
      time_zone,
      support,
      privacy_url: 'https://tern.example/privacy',
      terms_url: 'https://tern.example/terms',
    },
    incident: about && factsOf(about),
    digest: null,
  }
}

export function factsOf({
  id,
  name,
  url,
  status,
  impact,
  all_clear,
  ...about
}: IncidentView): LetterIncident {
  const update = about.updates[0]!
  return {
    id,
    name,
    url,
    status,
    impact,
    all_clear,
    created_at: Date.parse(about.started_at),
    updated_at: Date.parse(update.display_at),
    started_at: Date.parse(about.started_at),
    monitoring_at: null,
    resolved_at: instant(about.resolved_at),
    next_update_at: instant(about.next_update_at),
    scheduled_for: instant(about.scheduled_for),
    scheduled_until: instant(about.scheduled_until),
    postmortem: null,
    update: saidIn(update),
    components: update.components,
  }
}

function saidIn({ id, status, body, display_at }: IncidentView['updates'][number]) {
  return { id, status, body, display_at: Date.parse(display_at) }
}

const instant = (at: string | null) => (at === null ? null : Date.parse(at))

const said = (status: IncidentView['status'], body: string, display_at: string) => ({
  ...maintenance,
  status,
  updates: [{ ...maintenance.updates[0]!, status, body, display_at }],
})

const underWay = said('in_progress', 'The upgrade has begun.', '2026-11-23T01:00:00.000Z')
underWay.updates[0]!.components = [
  {
    id: 'labels000001',
    name: 'Label printing',
    old_status: 'operational',
    new_status: 'under_maintenance',
  },
]
const extended = {
  ...said(
    'in_progress',
    'Copying the last table takes **an hour more** than we had planned.',
    '2026-11-23T02:45:00.000Z',
  ),
  scheduled_until: '2026-11-23T04:00:00.000Z',
}
const moved = {
  ...said(
    'scheduled',
    'The upgrade waits a day: **a big shipment** comes first.',
    '2026-11-21T09:00:00.000Z',
  ),
  scheduled_for: '2026-11-24T01:00:00.000Z',
  scheduled_until: '2026-11-24T03:00:00.000Z',
}
const completed = {
  ...said('completed', 'All is upgraded; labels print again.', '2026-11-23T02:40:00.000Z'),
  resolved_at: '2026-11-23T02:40:00.000Z',
}
completed.updates[0]!.components = [
  {
    id: 'labels000001',
    name: 'Label printing',
    old_status: 'under_maintenance',
    new_status: 'operational',
  },
]

const postmortem = `On 19 November tracking pages took up to 20 seconds for 65 minutes. We are sorry.

## What happened

At 09:00 a release removed an index that *looked* unused. The nightly report used it, and so did tracking.

1. 09:04: the first page was slow.
2. 09:20: we were paged.
3. 10:05: the index was back.

> Had we looked at a week instead of a day, we would have seen it.

## What we change

- Indexes are switched off for a week before they are removed.
- Tracking has a probe of its own: \`tracking-p95\`.`

const opened = {
  ...incident,
  status: 'investigating' as const,
  updates: incident.updates.slice(1),
}

/** A letter of each kind, as people get them, with the name of its template. */
export const everyLetter: [kind: Letter['kind'], template: string, letter: Letter][] = [
  ['incident_opened', 'incident', letterOf('incident_opened', opened)],
  ['incident_updated', 'incident', letterOf('incident_updated')],
  ['incident_resolved', 'incident', letterOf('incident_resolved', resolved)],
  ['maintenance_scheduled', 'incident', letterOf('maintenance_scheduled', maintenance)],
  ['maintenance_reminder', 'incident', letterOf('maintenance_reminder', maintenance)],
  ['maintenance_started', 'incident', letterOf('maintenance_started', underWay)],
  [
    'maintenance_updated',
    'incident',
    letterOf(
      'maintenance_updated',
      said(
        'verifying',
        'The upgrade is done; we look whether all is well.',
        '2026-11-23T02:20:00.000Z',
      ),
    ),
  ],
  ['maintenance_moved', 'incident', letterOf('maintenance_moved', moved)],
  ['maintenance_extended', 'incident', letterOf('maintenance_extended', extended)],
  ['maintenance_completed', 'incident', letterOf('maintenance_completed', completed)],
  [
    'maintenance_cancelled',
    'incident',
    letterOf(
      'maintenance_cancelled',
      said(
        'completed',
        'We postpone the upgrade; you will hear of a new date.',
        '2026-11-22T09:00:00.000Z',
      ),
    ),
  ],
  ['postmortem_published', 'incident', withPostmortem(letterOf('postmortem_published', resolved))],
  ['confirmation', 'confirmation', letterOf('confirmation', null)],
  ['already_subscribed', 'already-subscribed', letterOf('already_subscribed', null)],
  ['digest', 'digest', digestLetter()],
]

function withPostmortem(letter: Letter): Letter {
  return { ...letter, incident: { ...letter.incident!, all_clear: null, postmortem } }
}

export function digestLetter(): Letter {
  const running = { ...factsOf(incident), kind: 'incident_updated' as const }
  const over = { ...factsOf(resolved), kind: 'incident_resolved' as const }
  const planned = { ...factsOf(maintenance), kind: 'maintenance_scheduled' as const }
  return {
    ...letterOf('digest', null),
    digest: {
      since: Date.parse('2026-11-20T07:00:00Z'),
      until: Date.parse('2026-11-21T07:00:00Z'),
      stories: [
        { ...running, said: incident.updates.map(saidIn) },
        { ...over, said: [over.update] },
        { ...planned, said: [planned.update] },
      ],
    },
  }
}
