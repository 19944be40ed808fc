import { eq, getTableColumns } from 'drizzle-orm'
import { components, groups } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Dependency } from '../../domain/dependencies.ts'
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
import {
  addDependencies,
  allDependencies,
  chooseDependencies,
  saveDependencies,
} from './dependencies.ts'
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
  /** What it needs to work: ids or keys. */
  dependsOn?: string[]
}
export type ComponentEdit = Partial<Omit<NewComponent, 'key'>> & {
  /** The operator's word outside incidents; `operational` withdraws it. */
  status?: ComponentStatus
}

/** A component with what it needs directly, and what needs it, by id. */
export type CatalogComponent = Component & { dependsOn: readonly string[]; dependents: string[] }

export async function listComponents(deps: Deps): Promise<CatalogComponent[]> {
  const [rows, pairs] = await deps.db.batch([
    deps.db
      .select(getTableColumns(components))
      .from(components)
      .leftJoin(groups, eq(groups.id, components.groupId))
      .orderBy(...inPageOrder),
    allDependencies(deps),
  ])
  return rows.map((component) => connected(component, pairs))
}

export async function findComponent(deps: Deps, idOrKey: string): Promise<CatalogComponent> {
  const [component, pairs] = await deps.db.batch([
    deps.db.query.components.findFirst(named(components, idOrKey)),
    allDependencies(deps),
  ])
  if (!component) throw new DomainError('not_found', `there is no component ${idOrKey}`)
  return connected(component, pairs)
}

function connected(component: Component, pairs: Dependency[]): CatalogComponent {
  const { id } = component
  return {
    ...component,
    dependsOn: pairs.filter((one) => one.componentId === id).map((one) => one.dependsOnId),
    dependents: pairs.filter((one) => one.dependsOnId === id).map((one) => one.componentId),
  }
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
  const { group = null, position, dependsOn = [], ...given } = input
  const { timeZone } = await thePage(deps)
  const groupId = await groupIdOf(deps, group)
  const [id, now] = [deps.newId(), deps.clock.now()]
  const needs = await chooseDependencies(deps, id, dependsOn)
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
    ...addDependencies(deps, id, needs.ids),
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
    const { status, group, position, dependsOn, ...said } = edit
    const was = before!.component.groupId
    const groupId = group === undefined ? was : await groupIdOf(deps, group)
    const needs = dependsOn && (await chooseDependencies(deps, id, dependsOn))
    const now = deps.clock.now()
    const declared =
      status === undefined
        ? before!.declared
        : status === 'operational'
          ? null
          : { status, since: now }
    await deps.db.write([
      ...(needs ? saveDependencies(deps, id, needs) : []),
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

/** A status is shown in fewer places than a name, and what it depends on nowhere. */
async function touchedBy(deps: Deps, situation: Situation, edit: ComponentEdit): Promise<string[]> {
  const { id } = situation.component
  const fields = Object.keys(edit).filter((field) => field !== 'dependsOn')
  if (fields.length === 0) return []
  return fields.every((field) => field === 'status')
    ? touchedBySituations([situation])
    : touchedByCatalog([id], await publicIncidentsNaming(deps, [id]))
}
