import {
  instantPlace,
  type Letter,
  type LetterComponent,
  type LetterIncident,
  type LetterStory,
} from './letter.ts'
import { factsOf, isMoved, leadOf, windowOf } from './letter-lead.ts'
import { speak, type Say } from '../message.ts'
import type { AnnouncementKind, ComponentStatus } from '../words.ts'

/** What a letter says of one incident or maintenance, in the order in which it is read; each channel sets it in its own type. */
export type Outline = {
  /** Where it stands, in a word. */
  state: string
  tone: ComponentStatus
  /** What kind of news it is. */
  kind: string
  name: string
  url: string
  /** One sentence of ours that sums up planned work, or an end. */
  lead: string | null
  /** Of planned work when it is matters most, so facts come first. */
  planned: boolean
  facts: [name: string, value: string][]
  /** What operators wrote, in Markdown. */
  parts: { heading: string | null; body: string }[]
  /** What stands above the components; upcoming: that something will be done to them. */
  affected: string
  upcoming: boolean
  components: OutlineComponent[]
  /** That there are more components, and how many. */
  more_components: string | null
  /** When there will be more to say. */
  next: string | null
  /** When it was said. */
  posted: string
  /** What the way to `url` is called. */
  view: string
  links: { label: string; url: string }[]
}

export type OutlineComponent = { name: string; change: string; tone: ComponentStatus }

/** More would be skimmed, and would not fit into every channel; the page shows them all. */
const COMPONENTS = 25
const COMPONENTS_OF_A_STORY = 5
const UPDATES_OF_A_STORY = 5

export function outlineOf(letter: Letter, incident: LetterIncident): Outline {
  const say = speak(letter.locale)
  const { postmortem_url } = incident.all_clear ?? {}
  const hasComponents = letter.kind !== 'postmortem_published'
  return {
    ...beginningOf(letter.kind, incident, say),
    posted: say('mail.posted', { time: instantPlace(postedAt(letter, incident)) }),
    lead: leadOf(letter.kind, incident, letter.locale, say),
    facts: factsOf(letter.kind, incident, letter.locale, say),
    parts: partsOf(letter.kind, incident, say),
    ...componentsOf(incident, hasComponents ? COMPONENTS : 0, say),
    next: nextOf(incident, say),
    links:
      postmortem_url && /^https?:\/\//i.test(postmortem_url)
        ? [{ label: say('mail.postmortem'), url: postmortem_url }]
        : [],
  }
}

/** A reminder and a post-mortem are news of their own, later than the last update. */
function postedAt({ kind, created_at }: Letter, { update }: LetterIncident): number {
  const isLater = kind === 'maintenance_reminder' || kind === 'postmortem_published'
  return isLater ? created_at : update.display_at
}

/** One incident of a digest: how it stands now, and what was said meanwhile. */
export function storyOf(letter: Letter, story: LetterStory): Outline {
  const say = speak(letter.locale)
  return {
    ...beginningOf(story.kind, story, say),
    posted: say('mail.posted', { time: instantPlace(story.update.display_at) }),
    lead: leadOf(story.kind, story, letter.locale, say) ?? windowOf(story, letter.locale, say),
    facts: [],
    parts:
      story.kind === 'postmortem_published' ? partsOf(story.kind, story, say) : saidOf(story, say),
    ...componentsOf(story, COMPONENTS_OF_A_STORY, say),
    next: nextOf(story, say),
    links: [],
  }
}

function saidOf({ said }: LetterStory, say: Say): Outline['parts'] {
  return said.slice(0, UPDATES_OF_A_STORY).map(({ status, body, display_at }) => ({
    heading: say('text.state', {
      status: say(`incident.${status}`),
      time: instantPlace(display_at),
    }),
    body,
  }))
}

function beginningOf(kind: AnnouncementKind, incident: LetterIncident, say: Say) {
  return {
    state: stateOf(kind, incident, say),
    tone: toneOf(kind, incident),
    kind: kindOf(kind, incident, say),
    name: incident.name,
    url: incident.url,
    planned: incident.scheduled_for !== null,
    view: say(viewOf(kind)),
  }
}

function kindOf(kind: AnnouncementKind, incident: LetterIncident, say: Say): string {
  return say(`mail.kind.${isMoved(kind, incident) ? 'maintenance_moved' : kind}`)
}

function viewOf(kind: AnnouncementKind) {
  if (kind === 'postmortem_published') return 'mail.view_postmortem'
  return kind.startsWith('maintenance') ? 'mail.view_maintenance' : 'mail.view_incident'
}

/** News of maintenance and post-mortems says by itself where things stand. */
function stateOf(kind: AnnouncementKind, incident: LetterIncident, say: Say): string {
  const isState = kind.startsWith('maintenance') && kind !== 'maintenance_updated'
  return isState || kind === 'postmortem_published'
    ? kindOf(kind, incident, say)
    : say(`incident.${incident.update.status}`)
}

const tones = {
  none: 'operational',
  minor: 'degraded_performance',
  major: 'partial_outage',
  critical: 'major_outage',
  maintenance: 'under_maintenance',
} as const

function toneOf(kind: AnnouncementKind, incident: LetterIncident): ComponentStatus {
  const { status } = incident.update
  const over = status === 'resolved' || status === 'completed' || kind === 'postmortem_published'
  return over ? 'operational' : tones[incident.impact]
}

function partsOf(kind: AnnouncementKind, incident: LetterIncident, say: Say): Outline['parts'] {
  const { all_clear, postmortem, update } = incident
  if (kind === 'postmortem_published' && postmortem) return [{ heading: null, body: postmortem }]
  if (!all_clear) return update.body === '' ? [] : [{ heading: null, body: update.body }]
  return (['issue', 'root_cause', 'fix', 'impact'] as const).map((part) => ({
    heading: say(`all_clear.${part}`),
    body: all_clear[part],
  }))
}

function componentsOf(incident: LetterIncident, most: number, say: Say) {
  const isPlanned = incident.update.status === 'scheduled'
  const components = most === 0 ? [] : affectedBy(incident)
  const n = components.length - most
  return {
    upcoming: isPlanned,
    affected: say(isPlanned ? 'mail.to_be_affected' : 'mail.affected'),
    components: components.slice(0, most).map(({ name, old_status, new_status }) => ({
      name,
      change:
        old_status === new_status
          ? say(`status.${new_status}`)
          : say('mail.changed', {
              old: say(`status.${old_status}`),
              new: say(`status.${new_status}`),
            }),
      tone: new_status,
    })),
    more_components: n > 0 ? say('mail.more_components', { n }) : null,
  }
}

/** A plan says what it will do, and one that is given up does nothing. */
function affectedBy({ components, update: { status } }: LetterIncident): LetterComponent[] {
  if (status === 'cancelled')
    return components.filter(({ old_status, new_status }) => old_status !== new_status)
  if (status !== 'scheduled') return components
  const planned = 'under_maintenance'
  return components.map((one) => ({ ...one, old_status: planned, new_status: planned }))
}

function nextOf({ next_update_at, resolved_at }: LetterIncident, say: Say): string | null {
  return next_update_at === null || resolved_at !== null
    ? null
    : say('mail.next_update', { time: instantPlace(next_update_at) })
}
