import type { Entry } from './subscriber-csv.ts'
import { legible, refused } from './subscriber-csv.ts'
import type { Preferences } from './subscription.ts'
import {
  eventKinds,
  minimumImpacts,
  updateWishes,
  type EventKind,
  type MinimumImpact,
  type UpdateWish,
} from './words.ts'

type Thing = { id: string; key: string; name: string }

/** What lines may name: by id, key, or name in any case. */
export type Catalogue = Map<string, { kind: 'components' | 'groups'; id: string } | 'several'>

/** A component comes before a group of the same name; two of a kind are named by their keys. */
export function catalogueOf(components: Thing[], groups: Thing[]): Catalogue {
  const catalogue: Catalogue = new Map()
  const add = (kind: 'components' | 'groups', things: Thing[]) => {
    const byName = Map.groupBy(things, ({ name }) => name.toLowerCase())
    for (const [name, [first, ...others]] of byName)
      if (!catalogue.has(name))
        catalogue.set(name, others.length > 0 ? 'several' : { kind, id: first!.id })
  }
  add('components', components)
  add('groups', groups)
  for (const kind of ['groups', 'components'] as const)
    for (const { id, key } of kind === 'groups' ? groups : components)
      catalogue.set(key, { kind, id }).set(id, { kind, id })
  return catalogue
}

/** What the person of a line wants to hear of, and when. */
export function wishIn(entry: Entry, catalogue: Catalogue): Preferences {
  const chosen = { components: new Set<string>(), groups: new Set<string>() }
  for (const column of ['components', 'groups'] as const) {
    const names = catalogue.has(entry[column].toLowerCase())
      ? [entry[column]]
      : listIn(entry[column])
    for (const name of names) {
      const found = catalogue.get(name) ?? catalogue.get(name.toLowerCase())
      if (found === undefined)
        throw refused(`${column}: there is no component or group ${legible(name)}`)
      if (found === 'several')
        throw refused(`${column}: there are several called ${legible(name)}; name it by its key`)
      chosen[found.kind].add(found.id)
    }
  }
  if (entry.all.toLowerCase() === 'false' && chosen.components.size + chosen.groups.size === 0)
    throw refused('components: names none, and all is false')
  const [from, until] = [timeIn(entry, 'quiet_from'), timeIn(entry, 'quiet_until')]
  if ((from === null) !== (until === null) || (from !== null && from === until))
    throw refused('quiet_from, quiet_until: must be two different times, or both empty')
  return {
    components: [...chosen.components],
    groups: [...chosen.groups],
    events: eventsIn(entry),
    min_impact: oneOf<MinimumImpact>(entry, 'min_impact', minimumImpacts, 'none'),
    updates: oneOf<UpdateWish>(entry, 'updates', updateWishes, 'all'),
    incidents: [],
    only_incidents: false,
    quiet: from !== null && until !== null ? { from, until } : null,
    digest_at: timeIn(entry, 'digest_at'),
  }
}

function listIn(cell: string): string[] {
  return cell
    .split(/[,;|]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function eventsIn(entry: Entry): EventKind[] {
  const events = listIn(entry.events.toLowerCase())
  if (events.length === 0) return [...eventKinds]
  if (
    !events.every((event): event is EventKind => (eventKinds as readonly string[]).includes(event))
  )
    throw refused(`events: must be of ${eventKinds.join(', ')}`)
  return eventKinds.filter((kind) => events.includes(kind))
}

function oneOf<T extends string>(
  entry: Entry,
  column: 'min_impact' | 'updates',
  allowed: readonly T[],
  absent: T,
): T {
  if (entry[column] === '') return absent
  const found = allowed.find((word) => word === entry[column].toLowerCase())
  if (found === undefined) throw refused(`${column}: must be one of ${allowed.join(', ')}`)
  return found
}

/** Spreadsheets turn 07:00 into 7:00 or 07:00:00. */
function timeIn(entry: Entry, column: 'quiet_from' | 'quiet_until' | 'digest_at'): string | null {
  if (entry[column] === '') return null
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)(?::00)?$/.exec(entry[column]) ?? []
  if (hour === undefined) throw refused(`${column}: must be a time such as 22:00`)
  return `${hour.padStart(2, '0')}:${minute}`
}

/** When they agreed; a time without a zone is UTC. Null where the list does not say. */
export function agreedAt({ confirmed_at }: Entry, now: number): number | null {
  if (confirmed_at === '') return null
  const [, day, time = '00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
      confirmed_at,
    ) ?? []
  const offset = zone === 'UTC' ? 'Z' : zone.replace(/^(...)(\d\d)$/, '$1:$2')
  const at = Date.parse(`${day}T${time}${offset}`)
  if (!Number.isFinite(at))
    throw refused('confirmed_at: must be a date and time such as 2026-11-21T12:00:00Z')
  if (at > now) throw refused('confirmed_at: lies in the future')
  return at
}

const zones = new Map<string, boolean>()

/** Whether there is such a time zone; asking Intl for each of many lines is slow. */
export function isTimeZone(name: string): boolean {
  let known = zones.get(name)
  if (known === undefined) {
    try {
      known = Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
    } catch {
      known = false
    }
    if (zones.size < 1000) zones.set(name, known)
  }
  return known
}
