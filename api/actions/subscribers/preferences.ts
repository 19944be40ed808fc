import { and, eq, inArray, isNull } from 'drizzle-orm'
import { components, groups, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { FieldError } from '../../domain/error.ts'
import { refusedFields, wrongField } from '../../domain/refusal.ts'
import { contradictions, type Preferences, type Quiet } from '../../domain/subscription.ts'
import {
  eventKinds,
  type Channel,
  type EventKind,
  type MinimumImpact,
  type UpdateWish,
} from '../../domain/words.ts'

/** What somebody asks for; `components` are ids or keys of components or groups. */
export type Wish = {
  components?: string[]
  groups?: string[]
  events?: EventKind[]
  min_impact?: MinimumImpact
  updates?: UpdateWish
  incidents?: string[]
  only_incidents?: boolean
  quiet?: Quiet | null
  digest_at?: string | null
}

/**
 * A wish as it is stored: everything that is not mentioned is wanted, and every name has become an id. What was `followed`
 * before and is over meanwhile stays, mentioned or not, until its end has been told.
 */
export async function preferencesOf(
  deps: Deps,
  channel: Channel,
  wish: Wish,
  followed: string[] = [],
): Promise<Preferences> {
  const asked = [...new Set(wish.incidents)]
  const [componentRows, groupRows, open] = await deps.db.batch([
    deps.db.select({ id: components.id, key: components.key }).from(components),
    deps.db.select({ id: groups.id, key: groups.key }).from(groups),
    deps.db
      .select({ id: incidents.id })
      .from(incidents)
      .where(
        and(
          inArray(incidents.id, [...asked, ...followed]),
          isNull(incidents.resolvedAt),
          eq(incidents.draft, false),
        ),
      ),
  ])
  const chosen = { components: new Set<string>(), groups: new Set<string>() }
  const wrong: FieldError[] = []
  for (const field of ['components', 'groups'] as const) {
    for (const [index, name] of (wish[field] ?? []).entries()) {
      const component = field === 'components' ? find(componentRows, name) : undefined
      const group = component ? undefined : find(groupRows, name)
      if (component) chosen.components.add(component.id)
      else if (group) chosen.groups.add(group.id)
      else wrong.push(wrongField(`${field}.${index}`, { key: missing[field], values: { name } }))
    }
  }
  const isOpen = (id: string) => open.some((row) => row.id === id)
  for (const [index, id] of (wish.incidents ?? []).entries())
    if (!isOpen(id) && !followed.includes(id))
      wrong.push(
        wrongField(`incidents.${index}`, { key: 'refusal.incident', values: { name: id } }),
      )
  const preferences: Preferences = {
    components: [...chosen.components],
    groups: [...chosen.groups],
    events: wish.events ? [...new Set(wish.events)] : [...eventKinds],
    min_impact: wish.min_impact ?? 'none',
    updates: wish.updates ?? 'all',
    incidents: [...asked.filter(isOpen), ...followed.filter((id) => !isOpen(id))],
    only_incidents: wish.only_incidents ?? false,
    quiet: wish.quiet ?? null,
    digest_at: wish.digest_at ?? null,
  }
  wrong.push(...contradictions(preferences, channel))
  if (wrong.length > 0) throw refusedFields(wrong)
  return preferences
}

const missing = { components: 'refusal.component', groups: 'refusal.group' } as const

function find(rows: { id: string; key: string }[], name: string) {
  return rows.find(({ id }) => id === name) ?? rows.find(({ key }) => key === name)
}
