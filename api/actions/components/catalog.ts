import { eq, getTableColumns } from 'drizzle-orm'
import { components, groups } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByCatalog } from '../../domain/documents.ts'
import { DomainError } from '../../domain/error.ts'
import { dayOf } from '../../domain/time.ts'
import type { ComponentStatus } from '../../domain/words.ts'
import {
  beginHistory,
  inPageOrder,
  settle,
  situations,
  touchedBySituations,
  type Component,
  type Situation,
} from './components.ts'
import { groupIdOf } from './groups.ts'
import { remember } from '../access/idempotency.ts'
import { publicIncidentsNaming } from '../incidents/incident-names.ts'
import { named, unknownName, writeKeyed } from './keyed.ts'
import { thePage } from '../page.ts'
import { arrangeComponents } from './positions.ts'
import { audit, decide, touch, type Actor } from '../save.ts'

export type NewComponent = {
  key: string
  name: string
  description?: string | null
  /** Id or key. */
  group?: string | null
  /** Counted from 1 inside the group; absent: last. */
  position?: number
  onlyShowIfDegraded?: boolean
}
export type ComponentEdit = Partial<Omit<NewComponent, 'key'>> & {
  /** The operator's word outside incidents; `operational` withdraws it. */
  status?: ComponentStatus
}

export function listComponents(deps: Deps): Promise<Component[]> {
  return deps.db
    .select(getTableColumns(components))
    .from(components)
    .leftJoin(groups, eq(groups.id, components.groupId))
    .orderBy(...inPageOrder)
}

export async function findComponent(deps: Deps, idOrKey: string): Promise<Component> {
  const component = await deps.db.query.components.findFirst(named(components, idOrKey))
  if (!component) throw new DomainError('not_found', `there is no component ${idOrKey}`)
  return component
}

/** The id of a component that a request names by id or key. */
export async function componentIdOf(deps: Deps, name: string): Promise<string> {
  const component = await deps.db.query.components.findFirst(named(components, name))
  if (!component) throw unknownName('component', name, await listComponents(deps))
  return component.id
}

/** Makes a component, operational from now on; returns its id. */
export async function createComponent(
  deps: Deps,
  actor: Actor,
  input: NewComponent,
): Promise<string> {
  const { group = null, position, ...given } = input
  const { timeZone } = await thePage(deps)
  const groupId = await groupIdOf(deps, group)
  const [id, now] = [deps.newId(), deps.clock.now()]
  await writeKeyed(deps, 'component', input.key, [
    // First, so that of two equal requests the later one fails on its Idempotency-Key and not on the key it brings.
    ...remember(deps, actor, id),
    deps.db.insert(components).values({
      ...given,
      id,
      groupId,
      position: 0,
      startDate: dayOf(now, timeZone),
      createdAt: now,
      updatedAt: now,
    }),
    beginHistory(deps, [id], now),
    arrangeComponents(deps, groupId, { id, position }),
    touch(deps, touchedByCatalog([id], [])),
    audit(deps, actor, 'component.create', `components/${id}`, input),
  ])
  return id
}

/** Changes what an operator says of a component, its present status included; returns its id. */
export function updateComponent(
  deps: Deps,
  actor: Actor,
  idOrKey: string,
  edit: ComponentEdit,
): Promise<string> {
  return decide(async () => {
    const { id } = await findComponent(deps, idOrKey)
    const [before] = await situations(deps, [id])
    const { status, group, position, ...said } = edit
    const was = before!.component.groupId
    const groupId = group === undefined ? was : await groupIdOf(deps, group)
    const now = deps.clock.now()
    const declared =
      status === undefined
        ? before!.declared
        : status === 'operational'
          ? null
          : { status, since: now }
    await deps.db.write([
      deps.db
        .update(components)
        .set({
          ...said,
          groupId,
          declaredStatus: declared?.status ?? null,
          declaredAt: declared?.since ?? null,
          updatedAt: now,
        })
        .where(eq(components.id, id)),
      ...settle(deps, { ...before!, declared }, now),
      ...(groupId === was ? [] : [arrangeComponents(deps, was)]),
      ...(groupId === was && position === undefined
        ? []
        : [arrangeComponents(deps, groupId, { id, position })]),
      touch(deps, await touchedBy(deps, before!, edit)),
      audit(deps, actor, 'component.update', `components/${id}`, edit),
    ])
    return id
  })
}

/** A status alone is shown in fewer places than a name. */
async function touchedBy(deps: Deps, situation: Situation, edit: ComponentEdit): Promise<string[]> {
  const { id } = situation.component
  const isStatusAlone = Object.keys(edit).every((field) => field === 'status')
  return isStatusAlone
    ? touchedBySituations([situation])
    : touchedByCatalog([id], await publicIncidentsNaming(deps, [id]))
}
