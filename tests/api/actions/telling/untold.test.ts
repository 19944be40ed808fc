import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { untoldPeople } from '../../../../api/actions/alerts/signs.ts'
import { readFacts } from '../../../../api/actions/auditing/facts.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { forgetProgress, progressOf } from '../../../../api/actions/telling/progress.ts'
import { untoldOf } from '../../../../api/actions/telling/untold.ts'
import type { Deps } from '../../../../api/deps.ts'
import { consolePage } from '../../../../api/actions/console.ts'
import { replay } from '../../../../api/actions/sending/replaying.ts'
import { stopTelling } from '../../../../api/actions/sending/stopping.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { DAY, HOUR, SECOND } from '../../../../api/domain/time.ts'
import { announcements, deliveries } from '../../../../db/schema.ts'
import { allClear } from '../../../support/deliveries.ts'
import { lastAnnouncement } from '../../../support/ledger.ts'
import { planWork } from '../../../support/maintaining.ts'
import { subscribePeople } from '../../../support/shop.ts'
import {
  openTrouble,
  operator,
  sayMore,
  type Telling,
  tellingWorld,
  tick,
} from '../../../support/telling.ts'

let w: Telling
let id: string

/** Three hear of beginnings and ends only, two of everything, and all of them were given up. */
beforeEach(async () => {
  w = await tellingWorld()
  await subscribePeople(w.deps, 3, 'email', { updates: 'start_and_end' })
  await subscribePeople(w.deps, 2, 'sms')
  id = await openTrouble(w.deps)
  await tick(w.deps)
  await w.deps.db.update(deliveries).set({ state: 'dead', code: 'timeout', reason: 'no answer' })
})
afterEach(() => w[Symbol.asyncDispose]())

async function update(notify: boolean, send = tick) {
  w.clock.advance(SECOND)
  await sayMore(w.deps, id, { notify })
  await send(w.deps)
}

/** As the console, the alert and the question whether the page is true have it. */
async function untold() {
  w.clock.advance(SECOND)
  forgetProgress(w.deps)
  const tellings = (await progressOf(w.deps, [id])).get(id) ?? []
  const console = (await untoldOf(w.deps, tellings)).map(
    ({ channel, count, code }) => `${count} ${channel} ${code}`,
  )
  const alert = (await untoldPeople(w.deps)).map(({ dead, unknown }) => dead + unknown)
  const facts = await readFacts(w.deps)
  const page = facts.tellings.map((telling) => telling.untold).filter((count) => count > 0)
  return { console, alert, page }
}

const everybody = { console: ['3 email timeout', '2 sms timeout'], alert: [5], page: [5] }
const nobody = { console: [], alert: [], page: [] }

test('who was given up is counted until they hear newer words', async () => {
  expect(await untold()).toEqual(everybody)
  await update(false)
  expect(await untold()).toEqual(everybody)
  await update(true)
  expect(await untold()).toEqual({ console: ['3 email timeout'], alert: [3], page: [3] })
  w.clock.advance(SECOND)
  await giveAllClear(w.deps, operator, id, allClear, true)
  await tick(w.deps)
  expect(await untold()).toEqual(nobody)
})

test('who was given up is news again to whom the newer words did not reach before they were stopped', async () => {
  const opening = await lastAnnouncement(w.deps)
  await update(true, expandNow)
  const newer = await lastAnnouncement(w.deps)
  await w.deps.db
    .update(deliveries)
    .set({ state: 'accepted' })
    .where(sql`announcement_id = ${newer.id} AND subscriber_seq = 5`)
  expect(await untold()).toEqual({ console: ['3 email timeout'], alert: [3], page: [3] })
  await stopTelling(w.deps, operator, newer.id, 'wrong words')
  await expandNow(w.deps)
  expect(await untold()).toEqual({
    console: ['3 email timeout', '1 sms timeout'],
    alert: [4],
    page: [4],
  })
  expect(await replay(w.deps, operator, opening.id, {})).toEqual({
    replayed: 4,
    left: [{ reason: 'superseded', count: 1 }],
  })
})

async function expandNow(deps: Deps): Promise<void> {
  await expandAnnouncements(deps)
}

test('who was given up as it was too late is counted for a day more', async () => {
  w.clock.advance(DAY + HOUR)
  expect(await untold()).toEqual(everybody)
  w.clock.advance(DAY)
  expect(await untold()).toMatchObject({ alert: [], page: [] })
})

const asOperator = { keyId: 'k', name: 'Tester', scopes: [] }

test('the console lists who was given up of work that it does not show', async () => {
  const now = w.clock.now()
  const later = { scheduledFor: now + 72 * HOUR, scheduledUntil: now + 73 * HOUR }
  await planWork(w.deps, later)
  await expandAnnouncements(w.deps)
  const { id: plan } = await lastAnnouncement(w.deps)
  await w.deps.db
    .update(deliveries)
    .set({ state: 'dead', code: 'timeout' })
    .where(eq(deliveries.announcementId, plan))
  w.clock.advance(SECOND)
  const view = await consolePage(w.deps, asOperator)
  expect(view.maintenances).toEqual([])
  const mine = view.untold.filter(({ announcement_id }) => announcement_id === plan)
  expect(mine.map(({ channel, count }) => `${count} ${channel}`)).toEqual(['3 email', '2 sms'])
})

const webhooks = async () => (await untold()).console.filter((line) => line.includes('webhook'))

test('a mass of them is counted every ten seconds at most', async () => {
  await subscribePeople(w.deps, 5001, 'webhook', { updates: 'start_and_end' })
  await w.deps.db.update(announcements).set({ expandedAt: null, expandTo: 10_000 })
  await expandAnnouncements(w.deps)
  await w.deps.db.update(deliveries).set({ state: 'dead', code: 'timeout' })
  await update(true, expandNow)
  expect(await webhooks()).toEqual(['5001 webhook timeout'])
  await w.deps.db
    .update(deliveries)
    .set({ state: 'delivered' })
    .where(sql`channel = 'webhook' AND subscriber_seq = 6`)
  expect(await webhooks()).toEqual(['5001 webhook timeout'])
  w.clock.advance(10 * SECOND)
  expect(await webhooks()).toEqual(['5000 webhook timeout'])
})
