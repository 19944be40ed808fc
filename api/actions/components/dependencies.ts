import { eq, sql } from 'drizzle-orm'
import { componentDependencies, components } from '../../../db/schema.ts'
import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import {
  circleThrough,
  dependenciesOf,
  nameCircle,
  needsOf,
  type Dependencies,
} from '../../domain/dependencies.ts'
import { DomainError } from '../../domain/error.ts'
import { unlessSaved } from './components.ts'
import { unknownNames } from './keyed.ts'

/** Who depends directly on whom, in the order in which it was said. */
export function allDependencies(deps: Deps) {
  return deps.db
    .select()
    .from(componentDependencies)
    .orderBy(sql`${componentDependencies}.rowid`)
}

type Known = { id: string; key: string; version: number }

/** What a component is to depend on from now on, chosen by ids or keys: never what is unknown, never in a circle. */
export type Chosen = { ids: string[]; heard: Known[] }

export async function chooseDependencies(
  deps: Deps,
  componentId: string,
  names: string[],
): Promise<Chosen> {
  const [pairs, known] = await deps.db.batch([
    allDependencies(deps),
    deps.db
      .select({ id: components.id, key: components.key, version: components.version })
      .from(components)
      .orderBy(components.key),
  ])
  const found = names.map(
    (name) => known.find(({ id }) => id === name) ?? known.find(({ key }) => key === name),
  )
  const unknown = names.flatMap((name, i) => (found[i] ? [] : [{ path: `depends_on.${i}`, name }]))
  if (unknown.length > 0) throw unknownNames('component', unknown, known)
  const ids = [...new Set(found.map((one) => one!.id))]
  const after = new Map(dependenciesOf(pairs)).set(componentId, ids)
  assertNoCircle(after, componentId, known)
  const needs = needsOf(after, componentId)
  return { ids, heard: known.filter(({ id }) => needs.includes(id)) }
}

function assertNoCircle(dependencies: Dependencies, id: string, known: Known[]): void {
  const circle = circleThrough(dependencies, id)
  if (!circle) return
  const named = nameCircle(circle, (one) => known.find((other) => other.id === one)!.key)
  const message = `must not lead back: ${named}`
  throw new DomainError('invalid', `what a component depends on ${message}`, {
    fields: [{ path: 'depends_on', message }],
  })
}

/** Belongs before whatever else is saved: two who choose at once could close a circle that neither of them sees. */
export function saveDependencies(deps: Deps, componentId: string, chosen: Chosen): Statement[] {
  return [
    unlessSaved(deps, chosen.heard),
    deps.db.delete(componentDependencies).where(eq(componentDependencies.componentId, componentId)),
    ...addDependencies(deps, componentId, chosen.ids),
  ]
}

export function addDependencies(deps: Deps, componentId: string, ids: string[]): Statement[] {
  if (ids.length === 0) return []
  const rows = ids.map((dependsOnId) => ({ componentId, dependsOnId }))
  return [deps.db.insert(componentDependencies).values(rows)]
}
