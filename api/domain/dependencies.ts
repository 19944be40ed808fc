/** What each component needs directly in order to work, by id. */
export type Dependencies = ReadonlyMap<string, readonly string[]>

export type Dependency = { componentId: string; dependsOnId: string }

export function dependenciesOf(pairs: Dependency[]): Dependencies {
  const found = new Map<string, string[]>()
  for (const { componentId, dependsOnId } of pairs)
    found.set(componentId, [...(found.get(componentId) ?? []), dependsOnId])
  return found
}

/** All that a component needs, directly or through others, the nearest first. */
export function needsOf(dependencies: Dependencies, id: string): string[] {
  return reach(id, (one) => dependencies.get(one) ?? [])
}

/** All that need a component, directly or through others, the nearest first. */
export function dependentsOf(dependencies: Dependencies, id: string): string[] {
  return reach(id, (one) => directDependentsOf(dependencies, one))
}

export function directDependentsOf(dependencies: Dependencies, id: string): string[] {
  return [...dependencies].filter(([, needs]) => needs.includes(id)).map(([dependent]) => dependent)
}

function reach(from: string, next: (id: string) => readonly string[]): string[] {
  const reached = new Set(next(from))
  for (const one of reached) for (const further of next(one)) reached.add(further)
  reached.delete(from)
  return [...reached]
}

/** Of what does not work, what needs nothing else that does not work. */
export function rootsOf(dependencies: Dependencies, broken: ReadonlySet<string>): string[] {
  return [...broken].filter((id) => !needsOf(dependencies, id).some((need) => broken.has(need)))
}

/** The shortest way from a component back to itself, it at both ends; null where there is none. */
export function circleThrough(dependencies: Dependencies, id: string): string[] | null {
  const ways: string[][] = [[id]]
  const seen = new Set<string>()
  for (const way of ways)
    for (const next of dependencies.get(way.at(-1)!) ?? []) {
      if (next === id) return [...way, id]
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  return null
}

/** `checkout -> payments -> checkout` */
export function nameCircle(circle: string[], nameOf: (id: string) => string): string {
  return circle.map(nameOf).join(' -> ')
}
