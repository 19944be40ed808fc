import { sql } from 'drizzle-orm'
import { subscribers, suppressions } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { natures } from '../../domain/announcement.ts'
import { ruleFor, type Event } from '../../domain/audience.ts'
import { DomainError } from '../../domain/error.ts'
import { announcedImpact, impactAfter } from '../../domain/incident.ts'
import type { Preferences } from '../../domain/subscription.ts'
import type { AnnouncementKind, Channel, Impact } from '../../domain/words.ts'
import { announcedComponents } from './announced-components.ts'
import { announcedImpacts, eventOf } from './announcements.ts'
import { resolveComponents } from '../components/components.ts'
import type { ComponentChange } from '../incidents/incidents.ts'
import { thePage } from '../page.ts'
import { affectedIds, findEither } from '../incidents/timeline.ts'

/** Something that might be told, as a form has it before it is sent. */
export type Draft = {
  kind: AnnouncementKind
  components: ComponentChange[]
  severity: string | null
  impact: Impact | null
  incidentId: string | null
}

/** How many would be told at once, when their quiet hours end, and in their daily digest. */
export type Counts = { at_once: number; held: number; digest: number }
export type Audience = Partial<Record<Channel, Counts>>

/** Who would be told if this were published now. */
export async function audienceOfDraft(deps: Deps, draft: Draft): Promise<Audience> {
  return audienceOf(deps, await eventOfDraft(deps, draft))
}

/** What the verbs would announce: an incident's components with the new ones, and the impact that both make. */
async function eventOfDraft(deps: Deps, draft: Draft): Promise<Event> {
  const { kind, incidentId } = draft
  const changes = await resolveComponents(deps, draft.components)
  const incident = incidentId === null ? null : await findEither(deps, incidentId)
  const affected = incident ? await affectedIds(deps, incident.id) : []
  const heard =
    incident && natures[kind].phase === 'end' ? await announcedComponents(deps, incident.id) : []
  const override = draft.impact ?? (await impactOfSeverity(deps, draft.severity))
  const impact = impactAfter(
    incident?.impact ?? 'none',
    override ?? incident?.impactOverride ?? null,
    [...changes.values()],
  )
  const announced = incident ? await announcedImpacts(deps, incident.id) : []
  const event = await eventOf(deps, {
    id: null,
    kind,
    incidentId,
    impact:
      natures[kind].event === 'maintenance'
        ? 'maintenance'
        : announcedImpact(kind, impact, announced),
    componentIds: [...new Set([...affected, ...heard, ...changes.keys()])],
  })
  if (event === null) throw new DomainError('invalid', `kind: ${kind} is told to one person alone`)
  return event
}

async function impactOfSeverity(deps: Deps, key: string | null): Promise<Impact | null> {
  if (key === null) return null
  const { severities } = await thePage(deps)
  const severity = severities.find((candidate) => candidate.key === key)
  if (severity) return severity.impact
  const message = `must be one of ${severities.map(({ key }) => key).join(', ')}`
  throw new DomainError('invalid', `severity: ${message}`, {
    fields: [{ path: 'severity', message }],
  })
}

/** Subscribers counted at once: a hundred thousand in one statement would hold up everything else. */
const SPAN = 2000

/** The rule that sending follows, for everybody: subscribers who chose the same are asked once. */
async function audienceOf(deps: Deps, event: Event): Promise<Audience> {
  const rule = ruleFor(event)
  const now = deps.clock.now()
  const audience: Audience = {}
  const [newest] = await deps.db
    .select({ seq: sql<number>`coalesce(max(${subscribers.seq}), 0)` })
    .from(subscribers)
  for (let from = 0; from < newest!.seq; from += SPAN) {
    for (const { channel, preferences, timeZone, count } of await alike(deps, from)) {
      const when = rule(JSON.parse(preferences) as Preferences, timeZone ?? '', now)
      if (when === null) continue
      const counts = (audience[channel] ??= { at_once: 0, held: 0, digest: 0 })
      counts[when.kind] += count
    }
    await deps.clock.sleep(0)
  }
  return audience
}

type Alike = { channel: Channel; preferences: string; timeZone: string | null; count: number }

/** Where clocks stand matters to those only who have quiet hours. Who is suppressed would not be told. */
function alike(deps: Deps, from: number): Promise<Alike[]> {
  return deps.db.all<Alike>(sql`
    SELECT channel, preferences, count(*) AS count,
      CASE WHEN preferences ->> '$.quiet' IS NOT NULL THEN time_zone END AS timeZone
    FROM ${subscribers} s
    WHERE s.seq > ${from} AND s.seq <= ${from + SPAN} AND s.state = 'active' AND NOT EXISTS (
      SELECT 1 FROM ${suppressions} x WHERE x.channel = s.channel AND x.address_hash = s.address_hash)
    GROUP BY 1, 2, 4`)
}
