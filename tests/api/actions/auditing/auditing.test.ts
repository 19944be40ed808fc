import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditPage } from '../../../../api/actions/auditing/auditing.ts'
import { updateComponent } from '../../../../api/actions/components/catalog.ts'
import { addUpdate } from '../../../../api/actions/incidents/incidents.ts'
import { pauseProbe } from '../../../../api/actions/probes/probes.ts'
import { DAY, MINUTE } from '../../../../api/domain/time.ts'
import { deliveries } from '../../../../db/schema.ts'
import { planWork } from '../../../support/maintaining.ts'
import { addProbe } from '../../../support/probed.ts'
import { shop, subscribePeople } from '../../../support/shop.ts'
import {
  openTrouble,
  operator,
  tellingWorld,
  tick,
  type Telling,
} from '../../../support/telling.ts'

let w: Telling

beforeEach(async () => {
  w = await tellingWorld()
})
afterEach(() => w[Symbol.asyncDispose]())

/** What is found, once all that changed is published. */
async function found() {
  await w.deps.store.setPublishedThrough(1_000_000)
  return (await auditPage(w.deps)).findings.map(({ sentence }) => sentence)
}

test('a page on which nothing is wrong is true', async () => {
  await addProbe(w.deps, 'shop')
  await subscribePeople(w.deps, 2)
  await openTrouble(w.deps)
  await tick(w.deps)
  w.clock.advance(MINUTE)
  await w.deps.store.setPublishedThrough(1_000_000)
  expect(await auditPage(w.deps)).toMatchObject({ is_true: true, findings: [] })
})

test('a component that an operator calls down needs an incident', async () => {
  await updateComponent(w.deps, operator, shop.search, { status: 'major_outage' })
  w.clock.advance(6 * MINUTE)
  expect(await found()).toEqual(['Search is down (major outage), and no incident says so.'])
  await openTrouble(w.deps, {
    components: [{ id: shop.search, status: 'major_outage' }],
    draft: true,
  })
  expect(await found()).toEqual([
    'Search is down (major outage); the draft about it is not published.',
  ])
  await openTrouble(w.deps, { components: [{ id: shop.search, status: 'major_outage' }] })
  expect(await found()).toEqual([])
})

test('a plan to work on it next week tells nobody that it is down today', async () => {
  await planWork(w.deps, {
    components: [{ id: shop.search }],
    scheduledFor: w.clock.now() + 7 * DAY,
    scheduledUntil: w.clock.now() + 8 * DAY,
    notify: false,
  })
  await updateComponent(w.deps, operator, shop.search, { status: 'major_outage' })
  w.clock.advance(6 * MINUTE)
  expect(await found()).toEqual(['Search is down (major outage), and no incident says so.'])
})

test('what an incident drags down is to be named in it', async () => {
  await updateComponent(w.deps, operator, shop.search, {
    status: 'major_outage',
    dependsOn: ['checkout'],
  })
  const components = [{ id: shop.checkout, status: 'major_outage' as const }]
  await openTrouble(w.deps, { components, notify: false })
  w.clock.advance(6 * MINUTE)
  expect(await found()).toEqual([
    expect.stringMatching(
      /^Search is down \(major outage\) with Shop - Checkout, which it depends on; “.+” does not name it\.$/,
    ),
  ])
})

test('an incident whose components all work wants its all-clear', async () => {
  const id = await openTrouble(w.deps, { nextUpdateAt: w.clock.now() + 2 * MINUTE })
  await tick(w.deps)
  await addUpdate(w.deps, operator, id, {
    status: 'monitoring',
    body: 'It works again.',
    components: [{ id: shop.checkout, status: 'operational' }],
    notify: false,
    nextUpdateAt: w.clock.now() + 2 * MINUTE,
  })
  w.clock.advance(31 * MINUTE)
  expect(await found()).toEqual([
    '“Checkout is slow” is open, though everything that it affects is operational again.',
    '“Checkout is slow” promised an update by 21 Nov 2026, 13:02 CET.',
  ])
})

test('probes that nobody asks, or that somebody forgot', async () => {
  const probe = await addProbe(w.deps, 'shop')
  w.clock.advance(3 * MINUTE)
  expect(await found()).toEqual(['The probe shop of Shop - Checkout is not being asked.'])
  await pauseProbe(w.deps, operator, probe.id, true)
  expect(await found()).toEqual([])
  w.clock.advance(DAY + MINUTE)
  expect(await found()).toEqual([
    'The probe shop of Shop - Checkout has been paused for more than a day.',
  ])
})

test('people who still wait, and people who were given up', async () => {
  await subscribePeople(w.deps, 3)
  await openTrouble(w.deps)
  w.clock.advance(2 * MINUTE)
  expect(await found()).toEqual(['Nobody has been told of “Checkout is slow” yet.'])
  await tick(w.deps)
  expect(await found()).toEqual([])
  await w.deps.db.update(deliveries).set({ state: 'dead' })
  expect(await found()).toEqual(['3 people were not told of “Checkout is slow” for sure.'])
})

test('a change that is not published yet makes the page untrue', async () => {
  await openTrouble(w.deps, { notify: false })
  w.clock.advance(2 * MINUTE)
  expect((await auditPage(w.deps)).findings).toMatchObject([{ kind: 'page_stale' }])
  expect(await found()).toEqual([])
})
