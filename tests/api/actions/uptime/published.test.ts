import { brotliCompressSync, constants } from 'node:zlib'
import { expect, test } from 'vitest'
import { everyDocument, markDayChange } from '../../../../api/actions/publishing/calendar.ts'
import { publishDue } from '../../../../api/actions/publishing/publish.ts'
import { touch } from '../../../../api/actions/save.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import {
  componentPageView,
  responseTimesView,
  uptimeView,
} from '../../../../api/routes/component-views.ts'
import { components, documents } from '../../../../db/schema.ts'
import { servedWorld, type Served } from '../../../support/http.ts'
import { measureAYear } from '../../../support/measured.ts'
import { addProbe } from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'

const KIB = 1024

async function measuredShop(): Promise<Served> {
  const served = await servedWorld()
  served.clock.advance(HOUR)
  const probe = await addProbe(served.deps, 'checkout-page')
  await measureAYear(served.deps, probe.id)
  served.clock.advance(1)
  await addProbe(served.deps, 'checkout-port')
  await served.deps.db.write([touch(served.deps, await everyDocument(served.deps))])
  await publishDue(served.deps)
  return served
}

const read = async (served: Served, path: string) =>
  (await served.app.fetch(new Request(`http://status.example${path}`))).text()

const sizeOf = (text: string) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length

test('after a year of checks the page of a component has at most 40 KiB, and the front page is as small as before', async () => {
  await using served = await measuredShop()
  await using empty = await servedWorld()
  await empty.deps.db.write([touch(empty.deps, await everyDocument(empty.deps))])
  await publishDue(empty.deps)
  expect(sizeOf(await read(served, `/components/${shop.checkout}`))).toBeLessThan(40 * KIB)
  const [home, before] = [await read(served, '/'), await read(empty, '/')]
  expect(sizeOf(home) / sizeOf(before)).toBeLessThan(1.2)
})

test('what programs read is published, fits its description and outlives the database', async () => {
  await using served = await measuredShop()
  const path = `/components/${shop.checkout}`
  const page = await (await served.api(`/api/pages${path}`)).json()
  expect(componentPageView.strict().parse(page).response_times!.others[0]!.probe).toBe(
    'checkout-port',
  )
  served.deps.db.close()
  const times = responseTimesView
    .strict()
    .parse(JSON.parse(await read(served, `${path}/response-times.json`)))
  expect(times.probes.map(({ probe }) => probe)).toEqual(['checkout-page', 'checkout-port'])
  expect(times.probes[0]!.spans[0]!.total.p50_ms).toBeGreaterThan(50)
  const uptime = uptimeView.strict().parse(JSON.parse(await read(served, `${path}/uptime.json`)))
  expect(uptime).toMatchObject({ component: { key: 'checkout' }, target: 99.9, uptime: 100 })
  expect(uptime.days).toHaveLength(90)
  const nobody = await read(served, '/components/nobody000000/uptime.json')
  expect(nobody).toContain('nothing at')
})

/** Paths that were touched since. */
async function touchedSince(served: Served, since: number): Promise<string[]> {
  const rows = await served.deps.db.select().from(documents)
  return rows.filter(({ touchedAt }) => touchedAt > since).map(({ path }) => path)
}

test('the page of what is measured is made again every five minutes, that of anything else every hour', async () => {
  await using served = await measuredShop()
  const begin = served.clock.now()
  const counts = new Map<string, number>()
  for (let minute = 0; minute < 60; minute++) {
    served.clock.advance(MINUTE)
    const now = served.clock.now()
    await markDayChange(served.deps)
    for (const path of await touchedSince(served, now - 1))
      counts.set(path, (counts.get(path) ?? 0) + 1)
  }
  expect(served.clock.now() - begin).toBe(HOUR)
  const [measured, other] = [`/components/${shop.checkout}`, `/components/${shop.search}`]
  expect(counts.get('/')).toBe(12)
  expect(counts.get(measured)).toBe(12)
  expect(counts.get(`${measured}/response-times.json`)).toBe(12)
  expect(counts.get(`${measured}/uptime.json`)).toBe(1)
  expect(counts.get(other)).toBe(1)
})

test('of two hundred components no more than a fifth is touched in a minute, and all are within five', async () => {
  await using served = await measuredShop()
  const { deps, clock } = served
  const dated = { createdAt: clock.now(), updatedAt: clock.now() }
  const ids = Array.from({ length: 200 }, (_, i) => `many${String(i).padStart(8, '0')}`)
  await deps.db
    .insert(components)
    .values(ids.map((id, i) => ({ id, key: id, name: id, position: i + 2, ...dated })))
  clock.advance(Date.parse('2026-11-21T23:59:50+01:00') - clock.now())
  await deps.db.write([touch(deps, await everyDocument(deps))])
  await markDayChange(deps)
  expect(await touchedSince(served, clock.now())).toEqual([])
  // Midnight in Berlin: every page has a new day.
  clock.advance(20_000)
  const seen = new Set<string>()
  for (let minute = 0; minute < 5; minute++) {
    const now = clock.now()
    await markDayChange(deps)
    const touched = (await touchedSince(served, now - 1)).filter((path) =>
      path.startsWith('/components/'),
    )
    expect(touched.length).toBeLessThanOrEqual(Math.ceil((202 * 3) / 5))
    for (const path of touched) seen.add(path)
    clock.advance(MINUTE)
  }
  expect(seen.size).toBe(202 * 3)
})
