import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { sql } from 'drizzle-orm'
import { everyDocument } from '../../api/actions/publishing/calendar.ts'
import { touch } from '../../api/actions/save.ts'
import type { Deps } from '../../api/deps.ts'
import { DAY, HOUR } from '../../api/domain/time.ts'
import { newId } from '../../api/secrets.ts'
import { openDatabase, type Database } from '../../db/client.ts'
import {
  components,
  componentStatusIntervals,
  incidentComponents,
  incidents,
  incidentUpdates,
} from '../../db/schema.ts'

/** A profile of `count` components without probes, in groups of ten. */
export function profileOf(count: number, languages: string[] = []): string {
  const groups = Array.from({ length: Math.ceil(count / 10) }, (_, i) => i)
  return [
    'page:',
    '  { name: Bench, description: Figures, time_zone: Etc/UTC, locale: en,',
    `    languages: [${languages.join(', ')}] }`,
    'severities: [{ key: sev, name: SEV, impact: minor }]',
    'groups:',
    ...groups.map((i) => `  - { key: group-${i}, name: Group ${i} }`),
    'components:',
    ...Array.from(
      { length: count },
      (_, i) =>
        `  - { key: component-${i}, name: Component ${i}, group: group-${Math.floor(i / 10)} }`,
    ),
    'probes: []',
    '',
  ].join('\n')
}

/** The database file of a service. */
export async function openFile(dir: string): Promise<Database> {
  const { database, connect } = openDatabase({
    connect: async () =>
      createClient({ url: `file:${join(dir, 'allclear.db')}`, concurrency: 1, timeout: 5000 }),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  })
  await connect()
  return database
}

/** Ninety days of history: outages on every component, and `count` resolved incidents of three updates each. */
export async function fillHistory(dir: string, count: number): Promise<void> {
  const db = await openFile(dir)
  const now = Date.now()
  const ids = (await db.select({ id: components.id }).from(components)).map(({ id }) => id)
  await db.write([
    db.update(components).set({ createdAt: now - 400 * DAY, startDate: null }),
    db.run(
      sql`UPDATE ${componentStatusIntervals} SET started_at = ${now - HOUR} WHERE ended_at IS NULL`,
    ),
    ...ids.flatMap((componentId, i) => [
      interval(componentId, 'operational', 100, 60 + i / 10),
      interval(componentId, 'partial_outage', 60 + i / 10, 59.98 + i / 10),
      interval(componentId, 'operational', 59.98 + i / 10, 20),
      interval(componentId, 'degraded_performance', 20, 19.9),
      interval(componentId, 'operational', 19.9, 1 / 24),
    ]),
  ])
  for (let i = 0; i < count; i++) {
    const id = newId()
    const startedAt = now - 2 * DAY - Math.floor((i / count) * 360) * DAY
    await db.write([
      db.insert(incidents).values({
        id,
        name: `Incident ${i}`,
        status: 'resolved',
        impact: 'minor',
        startedAt,
        resolvedAt: startedAt + HOUR,
        createdAt: startedAt,
        updatedAt: startedAt + HOUR,
      }),
      db.insert(incidentUpdates).values(
        (['investigating', 'identified', 'resolved'] as const).map((status, step) => ({
          id: newId(),
          incidentId: id,
          status,
          body: 'Something was slow, and we looked into it until it was not slow any more.',
          components: [],
          notify: false,
          author: 'bench',
          displayAt: startedAt + step * 10 * 60_000,
          createdAt: startedAt,
          updatedAt: startedAt,
        })),
      ),
      db.insert(incidentComponents).values({
        incidentId: id,
        componentId: ids[i % ids.length]!,
        status: 'operational',
        since: startedAt,
      }),
    ])
  }
  const deps = { db, clock: { now: () => Date.now() } } as Deps
  await db.write([touch(deps, await everyDocument(deps))])
  db.close()

  function interval(
    componentId: string,
    status: (typeof componentStatusIntervals.$inferInsert)['status'],
    from: number,
    to: number,
  ) {
    return db
      .insert(componentStatusIntervals)
      .values({ componentId, status, startedAt: now - from * DAY, endedAt: now - to * DAY })
  }
}
