import { and, asc, eq, gte, isNull, or, sql, type SQL } from 'drizzle-orm'
import { incidentComponents, incidents, page } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak } from '../../domain/message.ts'
import { DAY } from '../../domain/time.ts'
import { fullName, inPageOrder } from '../components/components.ts'
import { affectedComponents } from '../incidents/affected.ts'
import { calendarText, type CalendarEvent } from './calendar-text.ts'

const PAST = 366 * DAY

const event = /^\/incidents\/([a-z0-9]{12})\/event\.ics$/

/** The calendar of a year and everything planned, or one maintenance for a calendar; null when the path is neither. */
export async function readCalendar(deps: Deps, path: string): Promise<string | null> {
  if (path === '/maintenance.ics') {
    const since = deps.clock.now() - PAST
    return calendarOf(deps, or(gte(incidents.scheduledUntil, since), isNull(incidents.resolvedAt))!)
  }
  const [, id] = event.exec(path) ?? []
  return id === undefined ? null : calendarOf(deps, eq(incidents.id, id), true)
}

async function calendarOf(deps: Deps, which: SQL, isOne = false): Promise<string | null> {
  const shown = and(eq(incidents.kind, 'maintenance'), eq(incidents.draft, false), which)!
  const [[facts], rows, affected] = await deps.db.batch([
    deps.db.select().from(page),
    deps.db
      .select({
        incident: incidents,
        body: sql<string | null>`(SELECT u.body FROM incident_updates u
          WHERE u.incident_id = incidents.id ORDER BY u.display_at DESC, u.rowid DESC LIMIT 1)`,
      })
      .from(incidents)
      .where(shown)
      .orderBy(asc(incidents.scheduledFor), asc(incidents.id)),
    affectedComponents(
      deps,
      sql`${incidentComponents.incidentId} IN (SELECT ${incidents.id} FROM ${incidents} WHERE ${shown})`,
    ).orderBy(...inPageOrder),
  ])
  if (!facts || (isOne && rows.length === 0)) return null
  const say = speak(facts.locale)
  const namesOf = Map.groupBy(affected, ({ incidentId }) => incidentId)
  const events = rows.flatMap(({ incident, body }): CalendarEvent[] => {
    const { id, name, status, scheduledFor, scheduledUntil } = incident
    if (scheduledFor === null || scheduledUntil === null) return []
    const names = (namesOf.get(id) ?? []).map((part) => fullName(part.name, part.groupName))
    return [
      {
        uid: `${id}@${new URL(deps.publicUrl).hostname}`,
        sequence: incident.sequence,
        createdAt: incident.createdAt,
        changedAt: incident.updatedAt,
        start: scheduledFor,
        end: scheduledUntil,
        name,
        state: say(`incident.${status}`),
        body: body ?? '',
        affected: names.length > 0 ? `${say('text.components')} ${names.join(', ')}` : '',
        url: `${deps.publicUrl}/incidents/${id}`,
        status: statusOf(status, incident.autoStart),
      },
    ]
  })
  return calendarText({
    name: `${facts.name}: ${say('incident.maintenance')}`,
    url: isOne ? null : `${deps.publicUrl}/maintenance.ics`,
    category: say('incident.maintenance'),
    events,
  })
}

/** What starts only when somebody starts it is not certain yet. */
function statusOf(status: string, startsByItself: boolean): CalendarEvent['status'] {
  if (status === 'cancelled') return 'CANCELLED'
  return status === 'scheduled' && !startsByItself ? 'TENTATIVE' : 'CONFIRMED'
}
