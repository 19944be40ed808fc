import { asc, eq, sql } from 'drizzle-orm'
import type { NewProbe } from '../../api/actions/probes/probes.ts'
import { tellLeftAlone } from '../../api/actions/probes/left-alone.ts'
import {
  alerts,
  componentDependencies,
  components,
  componentStatusIntervals,
  incidentComponents,
  incidents,
  incidentUpdates,
} from '../../db/schema.ts'
import { addProbe, broken, checks, findProbe, ok, probedShop, urlOf } from './probed.ts'

export type Chain = Awaited<ReturnType<typeof probedShop>>

/** Components `a`, `b` ... named `A`, `B` ..., each with a probe of its key; `a>b` says that a needs b. */
export async function tiedShop(arrows: string, probes: Record<string, Partial<NewProbe>> = {}) {
  const on = await probedShop()
  const pairs = arrows.split(' ').map((arrow) => arrow.split('>') as [string, string])
  const now = on.clock.now()
  for (const key of [...new Set(pairs.flat())].toSorted()) {
    const dated = { createdAt: now, updatedAt: now }
    await on.deps.db.write([
      on.deps.db
        .insert(components)
        .values({ id: key, key, name: key.toUpperCase(), position: 9, ...dated }),
      on.deps.db
        .insert(componentStatusIntervals)
        .values({ componentId: key, status: 'operational', startedAt: now }),
    ])
    await addProbe(on.deps, key, { componentId: key, failureThreshold: 1, ...probes[key] })
  }
  for (const [componentId, dependsOnId] of pairs)
    await on.deps.db.insert(componentDependencies).values({ componentId, dependsOnId })
  await checks(on)
  return on
}

/** Fails, one after the other, each seen by its own probe before the next one begins. */
export async function fall(on: Chain, ...keys: string[]) {
  for (const key of keys) {
    on.answers.set(urlOf(key), broken)
    await until(on, key, 'down')
  }
}

export async function heal(on: Chain, ...keys: string[]) {
  for (const key of keys) {
    on.answers.set(urlOf(key), ok)
    await until(on, key, 'up')
  }
}

async function until(on: Chain, key: string, state: string) {
  for (let i = 0; (await findProbe(on.deps, key)).state !== state; i++) {
    if (i > 20) throw new Error(`${key} is not ${state}`)
    await checks(on)
  }
}

/** Lets time pass with all its checks, and looks who was left alone. */
export async function pass(on: Chain, ms: number) {
  const end = on.clock.now() + ms
  while (on.clock.now() < end) {
    await checks(on)
    await tellLeftAlone(on.deps)
  }
}

/** Live alerts as `A answers with errors (B, C)`, with what they drag down. */
export async function liveAlerts({ deps }: Chain): Promise<string[]> {
  const rows = await deps.db
    .select()
    .from(alerts)
    .where(sql`${alerts.status} <> 'resolved'`)
    .orderBy(asc(alerts.title))
  return rows.map(({ title, labels: { drags_down } }) =>
    drags_down === undefined ? title : `${title} (${drags_down})`,
  )
}

/** Open incidents as `draft A answers with errors: A major_outage, B major_outage`. */
export async function openOnes({ deps }: Chain): Promise<string[]> {
  const rows = await deps.db
    .select()
    .from(incidents)
    .where(sql`${incidents.resolvedAt} IS NULL`)
    .orderBy(asc(incidents.name))
  return Promise.all(
    rows.map(async ({ id, draft, name }) => {
      const words = await deps.db
        .select()
        .from(incidentComponents)
        .where(eq(incidentComponents.incidentId, id))
        .orderBy(asc(incidentComponents.componentId))
      const said = words.map(({ componentId, status }) => `${componentId} ${status}`).join(', ')
      return `${draft ? 'draft' : 'public'} ${name}: ${said}`
    }),
  )
}

/** What the only open incident says. */
export async function wordsOf({ deps }: Chain): Promise<string> {
  const rows = await deps.db
    .select({ body: incidentUpdates.body })
    .from(incidentUpdates)
    .innerJoin(incidents, eq(incidents.id, incidentUpdates.incidentId))
    .where(sql`${incidents.resolvedAt} IS NULL`)
  return rows.map(({ body }) => body).join('\n---\n')
}
