import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { markDayChange } from '../../../../api/actions/publishing/calendar.ts'
import { historyPage, yearPage } from '../../../../api/actions/publishing/history.ts'
import { publishDue } from '../../../../api/actions/publishing/publish.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { documents, incidents, page } from '../../../../db/schema.ts'
import { allClear } from '../../../support/following.ts'
import { servedWorld } from '../../../support/http.ts'
import { shop, shopWorld } from '../../../support/shop.ts'
import { openTrouble, operator } from '../../../support/telling.ts'

test('a year tells what began in each month, and which years are on record', async () => {
  await using made = await shopWorld()
  const { deps } = made
  await deps.db.update(page).set({ createdAt: Date.parse('2025-06-01T00:00:00Z') })
  const id = await openTrouble(deps)
  made.clock.advance(90 * MINUTE)
  await giveAllClear(deps, operator, id, allClear, false)
  const year = await yearPage(deps, null)
  expect(year).toMatchObject({ year: '2026', previous: '2025', next: null, last_before: null })
  expect(year.months[10]).toMatchObject({
    month: '2026-11',
    incidents: { major: 1 },
    minutes: 90,
    on_record: true,
    running: true,
  })
  expect(year.months[11]).toMatchObject({ on_record: false, running: false })
  expect((await yearPage(deps, '2025')).months.map(({ on_record }) => on_record)).toEqual([
    ...Array.from({ length: 5 }, () => false),
    ...Array.from({ length: 7 }, () => true),
  ])
})

test('drafts and plans are no history, and what was cancelled is none of the year', async () => {
  await using made = await shopWorld()
  const { deps } = made
  await openTrouble(deps, { draft: true })
  for (const status of ['scheduled', 'cancelled', 'completed'] as const) {
    const id = await openTrouble(deps)
    await deps.db
      .update(incidents)
      .set({ kind: 'maintenance', impact: 'maintenance', status })
      .where(eq(incidents.id, id))
  }
  const { days } = await historyPage(deps, '2026-11')
  expect(days.flatMap((day) => day.incidents.map(({ status }) => status)).toSorted()).toEqual([
    'cancelled',
    'completed',
  ])
  const [, , , , , , , , , , november] = (await yearPage(deps, '2026')).months
  expect(november).toMatchObject({ maintenances: 1 })
})

test('an empty month knows the last one in which anything happened', async () => {
  await using made = await shopWorld()
  const { deps } = made
  const id = await openTrouble(deps)
  const startedAt = Date.parse('2026-07-03T00:00:00Z')
  await deps.db
    .update(incidents)
    .set({ startedAt, resolvedAt: startedAt })
    .where(eq(incidents.id, id))
  expect(await historyPage(deps, '2026-11')).toMatchObject({ days: [], last_before: '2026-07' })
  expect(await historyPage(deps, '2026-07')).toMatchObject({ last_before: null })
})

test('what has not begun has no page', async () => {
  await using made = await shopWorld()
  await expect(historyPage(made.deps, '2026-12')).rejects.toThrow('2026-12 has not begun')
  await expect(yearPage(made.deps, '2027')).rejects.toThrow('2027 has not begun')
})

test('the present year is published anew with each change, each day and each year', async () => {
  await using served = await servedWorld()
  const { deps, clock } = served
  await markDayChange(deps)
  await publishDue(deps)
  const read = async (path: string) => {
    const answer = await served.app.fetch(new Request(`http://status.example${path}`))
    return { status: answer.status, text: await answer.text() }
  }
  expect((await read('/history')).text).toContain('No incidents were reported in 2026.')
  await openTrouble(deps)
  await publishDue(deps)
  for (const path of ['/history', '/history/2026'])
    expect((await read(path)).text).toContain('1 major')
  expect((await read('/history/2027')).status).toBe(404)
  clock.advance(41 * DAY)
  await markDayChange(deps)
  await publishDue(deps)
  expect((await read('/history')).text).toContain('Incidents of 2027')
  expect((await read('/history/2027-01')).status).toBe(200)
  expect((await read('/history/2026')).text).toContain('href="/history/2027"')
}, 60_000)

test('work planned in a month to come gives it its page when it begins', async () => {
  await using served = await servedWorld()
  const { deps, clock } = served
  const planned = await served.api('/api/admin/maintenances', {
    method: 'POST',
    body: {
      name: 'A new disk',
      body: 'We replace a disk.',
      components: [{ id: shop.checkout }],
      scheduled_for: '2026-12-03T10:00:00Z',
      scheduled_until: '2026-12-03T12:00:00Z',
    },
  })
  expect(planned.status).toBe(201)
  const { id } = (await planned.json()) as { id: string }
  await publishDue(deps)
  expect(deps.store.serve(new Request('http://status.example/history/2026-12'))).toBeNull()
  clock.advance(11 * DAY)
  await markDayChange(deps)
  await publishDue(deps)
  expect(deps.store.serve(new Request('http://status.example/history/2026-12'))).not.toBeNull()
  const touched = async () =>
    (await deps.db.query.documents.findFirst({ where: eq(documents.path, `/incidents/${id}`) }))!
      .touchedAt
  const before = await touched()
  clock.advance(HOUR)
  await markDayChange(deps)
  expect(await touched()).toBeGreaterThan(before)
})
