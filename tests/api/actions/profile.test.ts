import { readFile } from 'node:fs/promises'
import { createClient } from '@libsql/client'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { applyProfile } from '../../../api/actions/profile.ts'
import { cannotAsk } from '../../../api/probers/prober.ts'
import { openDatabase } from '../../../db/client.ts'
import { readProfile } from '../../../db/profile.ts'
import { probeReports } from '../../../db/schema.ts'
import { world } from '../../support/world.ts'

const demo = readProfile(
  'demo.yaml',
  await readFile(new URL('../../../db/profiles/demo.yaml', import.meta.url), 'utf8'),
)

test('an empty database is filled with page, groups, components, probes and documents', async () => {
  await using w = await world()
  expect(await applyProfile(w.deps, 'demo', demo)).toBe(true)

  const page = await w.deps.db.query.page.findFirst()
  expect(page).toMatchObject({ name: 'Corner Shop', timeZone: 'Etc/UTC', profile: 'demo' })
  expect(page?.privacyUrl).toBe('https://corner-shop.example/privacy')
  expect(page?.sms).toMatchObject({ spend_per_day: 100, codes_per_country: 500 })
  expect(page?.sms.countries).toEqual(expect.arrayContaining(['US', 'GB', 'DE', 'FR', 'IN', 'JP']))
  expect(page?.severities[0]).toMatchObject({ key: 'sev-1', respond_within_min: 15 })

  const [group] = await w.deps.db.query.groups.findMany()
  const components = await w.deps.db.query.components.findMany()
  expect(
    components.map(({ key, groupId, position }) => [key, groupId === group!.id, position]),
  ).toEqual([
    ['storefront', true, 1],
    ['search', true, 2],
    ['checkout', true, 3],
    ['order-mail', false, 1],
  ])
  const intervals = await w.deps.db.query.componentStatusIntervals.findMany()
  expect(intervals.map(({ componentId }) => componentId)).toEqual(components.map(({ id }) => id))
  expect(intervals[0]).toMatchObject({ status: 'operational', endedAt: null })

  const probes = await w.deps.db.query.probes.findMany()
  expect(probes.length).toBe(4)
  expect(probes[0]).toMatchObject({ key: 'storefront', intervalMs: 5_000, state: 'unknown' })
  const [watch] = await w.deps.db.query.watches.findMany()
  expect(watch!.nextAt! - w.clock.now()).toBeLessThanOrEqual(5_000)

  const documents = await w.deps.db.query.documents.findMany()
  const paths = documents.map(({ path }) => path)
  expect(paths).toContain('/')
  expect(paths).toContain('/history/2026-11')
  expect(paths).toContain(`/components/${components[0]!.id}`)
  expect(await w.deps.db.query.auditLog.findMany()).toMatchObject([
    { actor: 'profile', action: 'page.create', detail: { profile: 'demo' } },
  ])
})

test('a job that is watched has a place to report to; what this machine cannot ask is refused with its place', async () => {
  await using w = await world()
  const job = demo.probes.map((probe, index) =>
    index === 1 ? { ...probe, kind: 'heartbeat' as const, question: beats, degraded: null } : probe,
  )
  const reason = 'cannot be heartbeat here'
  const { probers } = w.deps
  w.deps.probers = { ...probers, heartbeat: cannotAsk('heartbeat', reason) }
  await expect(applyProfile(w.deps, 'job', { ...demo, probes: job })).rejects.toMatchObject({
    message: `probes.1.kind: ${reason}`,
  })
  w.deps.probers = probers
  await applyProfile(w.deps, 'job', { ...demo, probes: job })
  const reports = await w.deps.db.select().from(probeReports)
  expect(reports).toMatchObject([{ tokenVersion: 1, listeningSince: w.clock.now() }])
})

const beats = { kind: 'heartbeat', every_ms: 60_000, grace_ms: 0 } as const

test('a database that has a page stays as it is', async () => {
  await using w = await world()
  await applyProfile(w.deps, 'demo', demo)
  const renamed = { ...demo, page: { ...demo.page, name: 'Another Shop' } }
  expect(await applyProfile(w.deps, 'other', renamed)).toBe(false)
  expect(await w.deps.db.query.page.findMany()).toMatchObject([{ name: 'Corner Shop' }])
})

test('of processes that start together one fills the database, whole', async () => {
  await using w = await world()
  const others = await Promise.all([1, 2, 3].map(() => neighbour(w.dir)))
  const all = [w.deps.db, ...others]
  const applied = await Promise.all(all.map((db) => applyProfile({ ...w.deps, db }, 'demo', demo)))
  for (const other of others) other.close()
  expect(applied.filter(Boolean).length).toBe(1)
  expect((await w.deps.db.query.page.findMany()).length).toBe(1)
  expect((await w.deps.db.query.probes.findMany()).length).toBe(4)
})

/** Another process's connection to the same file. */
async function neighbour(dir: string) {
  const { database, connect } = openDatabase({
    connect: () =>
      Promise.resolve(
        createClient({ url: `file:${join(dir, 'allclear.db')}`, concurrency: 1, timeout: 100 }),
      ),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
    random: Math.random,
  })
  await connect()
  return database
}
