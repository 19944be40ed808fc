import { sync, type VEvent } from 'node-ical'
import { expect, test } from 'vitest'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import {
  cancelMaintenance,
  completeMaintenance,
  startMaintenance,
  updateMaintenance,
} from '../../../../api/actions/maintenances/moving.ts'
import {
  scheduleMaintenance,
  type NewMaintenance,
} from '../../../../api/actions/maintenances/scheduling.ts'
import { everyDocument } from '../../../../api/actions/publishing/calendar.ts'
import { publishDue } from '../../../../api/actions/publishing/publish.ts'
import { touch } from '../../../../api/actions/save.ts'
import { maintenanceTellings } from '../../../../api/domain/maintenance.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { servedWorld, type Served } from '../../../support/http.ts'
import { operator } from '../../../support/telling.ts'

const silent = { notify: false }
const start = Date.parse('2026-12-01T22:00Z')
const upgrade: NewMaintenance = {
  name: 'Database upgrade',
  body: 'We upgrade **the database**.',
  components: [{ key: 'checkout' }, { key: 'search' }],
  scheduledFor: start,
  scheduledUntil: start + 2 * HOUR,
  remindMs: null,
  autoStart: true,
  autoComplete: true,
  tells: [...maintenanceTellings],
  notify: false,
}

async function publishedWorld(): Promise<Served> {
  const served = await servedWorld()
  await served.deps.db.write([touch(served.deps, await everyDocument(served.deps))])
  await publishDue(served.deps)
  return served
}

async function get(served: Served, path: string) {
  await publishDue(served.deps)
  return served.app.fetch(new Request(`http://status.example${path}`))
}

async function events(served: Served, path = '/maintenance.ics'): Promise<VEvent[]> {
  const text = await (await get(served, path)).text()
  return Object.values(sync.parseICS(text)).filter((part) => part?.type === 'VEVENT')
}

test('an empty calendar is a calendar', async () => {
  await using served = await publishedWorld()
  const answer = await get(served, '/maintenance.ics')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(await answer.text()).toContain('X-WR-CALNAME:Corner Shop: Scheduled maintenance')
})

test('what is scheduled is in the calendar and has an event of its own', async () => {
  await using served = await publishedWorld()
  const id = await scheduleMaintenance(served.deps, operator, upgrade)
  const [event] = await events(served)
  expect(event).toMatchObject({
    uid: `${id}@status.example`,
    sequence: 0,
    summary: 'Database upgrade',
    description: `Scheduled\n\nWe upgrade the database.\n\nAffected: Shop - Checkout, Search\n\nhttp://status.example/incidents/${id}`,
    status: 'CONFIRMED',
    url: `http://status.example/incidents/${id}`,
  })
  expect(event!.start.getTime()).toBe(start)
  expect(event!.end!.getTime()).toBe(start + 2 * HOUR)
  expect(await events(served, `/incidents/${id}/event.ics`)).toMatchObject([
    { uid: event!.uid, summary: event!.summary },
  ])
  expect((await get(served, '/incidents/unknown00000/event.ics')).status).toBe(404)
})

test('it stays the same event while it is moved and cancelled', async () => {
  await using served = await publishedWorld()
  const id = await scheduleMaintenance(served.deps, operator, upgrade)
  const seen = [(await events(served))[0]!]
  served.clock.advance(HOUR)
  const window = { scheduledFor: start + DAY, scheduledUntil: start + DAY + HOUR }
  await rescheduleMaintenance(served.deps, operator, id, { ...window, ...silent })
  seen.push((await events(served))[0]!)
  served.clock.advance(HOUR)
  await cancelMaintenance(served.deps, operator, id, silent)
  seen.push((await events(served))[0]!)
  expect(seen.map(({ uid, sequence, status }) => [uid, Number(sequence), status])).toEqual([
    [`${id}@status.example`, 0, 'CONFIRMED'],
    [`${id}@status.example`, 1, 'CONFIRMED'],
    [`${id}@status.example`, 2, 'CANCELLED'],
  ])
  expect(seen[1]!.start.getTime()).toBe(start + DAY)
  expect(seen.map(({ dtstamp }) => dtstamp.getTime())).toEqual(
    seen.map(({ dtstamp }) => dtstamp.getTime()).toSorted((a, b) => a - b),
  )
  expect(await events(served, `/incidents/${id}/event.ics`)).toMatchObject([
    { status: 'CANCELLED' },
  ])
})

test('it says what was last said, and what only a person starts is tentative', async () => {
  await using served = await publishedWorld()
  const id = await scheduleMaintenance(served.deps, operator, { ...upgrade, autoStart: false })
  expect((await events(served))[0]).toMatchObject({ status: 'TENTATIVE' })
  served.clock.advance(start - served.clock.now())
  await startMaintenance(served.deps, operator, id, silent)
  served.clock.advance(MINUTE)
  await updateMaintenance(served.deps, operator, id, { body: 'Half of it is done.', notify: false })
  const [event] = await events(served)
  expect(event).toMatchObject({ status: 'CONFIRMED' })
  expect(event!.description).toMatch(/^In progress\n\nHalf of it is done\./)
})

test('its bytes change only when it does', async () => {
  await using served = await publishedWorld()
  await scheduleMaintenance(served.deps, operator, upgrade)
  const before = await get(served, '/maintenance.ics')
  served.clock.advance(DAY)
  await served.deps.db.write([touch(served.deps, ['/maintenance.ics'])])
  const after = await get(served, '/maintenance.ics')
  expect(after.headers.get('etag')).toBe(before.headers.get('etag'))
  expect(await after.text()).toBe(await before.text())
})

test('what is over stays for a year', async () => {
  await using served = await publishedWorld()
  const id = await scheduleMaintenance(served.deps, operator, upgrade)
  await startMaintenance(served.deps, operator, id, silent)
  await completeMaintenance(served.deps, operator, id, silent)
  served.clock.advance(365 * DAY)
  await served.deps.db.write([touch(served.deps, ['/maintenance.ics'])])
  expect(await events(served)).toHaveLength(1)
  served.clock.advance(30 * DAY)
  await served.deps.db.write([touch(served.deps, ['/maintenance.ics'])])
  expect(await events(served)).toHaveLength(0)
})

test('an incident is no event', async () => {
  await using served = await publishedWorld()
  const answer = await served.api('/api/admin/incidents', {
    method: 'POST',
    body: { name: 'Down', body: 'Down.', components: [{ key: 'search', status: 'major_outage' }] },
  })
  const { id } = (await answer.json()) as { id: string }
  expect(await events(served)).toHaveLength(0)
  expect((await get(served, `/incidents/${id}/event.ics`)).status).toBe(404)
})
