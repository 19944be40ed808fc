import { asc, eq } from 'drizzle-orm'
import { components, groups } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByCatalog } from '../../domain/documents.ts'
import { DomainError } from '../../domain/error.ts'
import { settle, situations } from './components.ts'
import { remember } from '../access/idempotency.ts'
import { publicIncidentsNaming } from '../incidents/incident-names.ts'
import { named, unknownName, writeKeyed } from './keyed.ts'
import { arrangeGroups } from './positions.ts'
import { audit, decide, touch, type Actor } from '../save.ts'

export type Group = typeof groups.$inferSelect

export type NewGroup = {
  key: string
  name: string
  description?: string | null
  /** Counted from 1; absent: last. */
  position?: number
}
export type GroupChange = Partial<Omit<NewGroup, 'key'>>

export function listGroups(deps: Deps): Promise<Group[]> {
  return deps.db.select().from(groups).orderBy(asc(groups.position))
}

export async function findGroup(deps: Deps, idOrKey: string): Promise<Group> {
  const group = await deps.db.query.groups.findFirst(named(groups, idOrKey))
  if (!group) throw new DomainError('not_found', `there is no group ${idOrKey}`)
  return group
}

/** The id of a group that a request names by id or key; null names none. */
export async function groupIdOf(deps: Deps, name: string | null): Promise<string | null> {
  if (name === null) return null
  const group = await deps.db.query.groups.findFirst(named(groups, name))
  if (!group) throw unknownName('group', name, await listGroups(deps))
  return group.id
}

/** Makes an empty group; returns its id. */
export async function createGroup(deps: Deps, actor: Actor, input: NewGroup): Promise<string> {
  const { position, ...given } = input
  const [id, now] = [deps.newId(), deps.clock.now()]
  await writeKeyed(deps, 'group', input.key, [
    // First, so that of two equal requests the later one fails on its Idempotency-Key and not on the key it brings.
    ...remember(deps, actor, id),
    deps.db.insert(groups).values({ ...given, id, position: 0, createdAt: now, updatedAt: now }),
    arrangeGroups(deps, { id, position }),
    touch(deps, touchedByCatalog([], [])),
    audit(deps, actor, 'group.create', `groups/${id}`, input),
  ])
  return id
}

/** Changes what is said; returns the group's id. */
export function updateGroup(
  deps: Deps,
  actor: Actor,
  idOrKey: string,
  change: GroupChange,
): Promise<string> {
  return decide(async () => {
    const { id } = await findGroup(deps, idOrKey)
    const { position, ...said } = change
    const members = await membersOf(deps, id)
    const incidentIds = await publicIncidentsNaming(deps, members)
    const now = deps.clock.now()
    await deps.db.write([
      deps.db
        .update(groups)
        .set({ ...said, updatedAt: now })
        .where(eq(groups.id, id)),
      // Guards the members: an incident that names one of them meanwhile would keep the group's old name.
      ...(await situations(deps, members)).flatMap((member) => settle(deps, member, now)),
      ...(position === undefined ? [] : [arrangeGroups(deps, { id, position })]),
      touch(deps, touchedByCatalog(members, incidentIds)),
      audit(deps, actor, 'group.update', `groups/${id}`, change),
    ])
    return id
  })
}

async function membersOf(deps: Deps, groupId: string): Promise<string[]> {
  const rows = await deps.db
    .select({ id: components.id })
    .from(components)
    .where(eq(components.groupId, groupId))
  return rows.map(({ id }) => id)
}
