import { asc, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { alerts, auditLog, incidents, incidentUpdates } from '../../../../db/schema.ts'
import { updateComponent } from '../../../../api/actions/components/catalog.ts'
import {
  cancelMaintenance,
  completeMaintenance,
  startMaintenance,
} from '../../../../api/actions/maintenances/moving.ts'
import { thePage } from '../../../../api/actions/page.ts'
import { tellLeftAlone } from '../../../../api/actions/probes/left-alone.ts'
import { loadUptime } from '../../../../api/actions/uptime/component-uptime.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { Sample } from '../../../../api/domain/probe.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { planWork, told } from '../../../support/maintaining.ts'
import {
  addProbe,
  broken,
  checks,
  findProbe,
  historyOf,
  ok,
  probedShop,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'
import { operator, openTrouble } from '../../../support/telling.ts'

const draftsOf = (deps: Deps) =>
  deps.db.select().from(incidents).where(eq(incidents.kind, 'incident'))
const alertsOf = (deps: Deps) => deps.db.select().from(alerts).orderBy(asc(alerts.createdAt))

/** The checkout is being worked on, and its probe has just gone down. */
async function downInWork(change: Parameters<typeof addProbe>[2] = {}) {
  const on = await probedShop()
  await addProbe(on.deps, 'shop', { opensIncident: 'draft', ...change })
  await checks(on, 2)
  const id = await planWork(on.deps)
  await startMaintenance(on.deps, operator, id, told)
  on.answers.set(urlOf('shop'), broken)
  await checks(on, 4)
  return Object.assign(on, { id })
}

describe('a component under maintenance', () => {
  test('has no alert, no draft and no other status though its probe is down', async () => {
    await using on = await downInWork()
    expect((await findProbe(on.deps, 'shop')).state).toBe('down')
    expect(await statusOfComponent(on.deps)).toBe('under_maintenance')
    on.clock.advance(10 * MINUTE)
    expect(await tellLeftAlone(on.deps)).toEqual({ told: 0, folded: 0 })
    expect(await alertsOf(on.deps)).toEqual([])
    expect(await draftsOf(on.deps)).toEqual([])
    const notes = await on.deps.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.action, 'maintenance.note'))
    expect(notes).toMatchObject([{ object: `maintenances/${on.id}` }])
  })

  test('has none either where an operator calls it so outside a maintenance', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'shop', { opensIncident: 'draft' })
    await checks(on, 2)
    await updateComponent(on.deps, operator, shop.checkout, { status: 'under_maintenance' })
    on.answers.set(urlOf('shop'), broken)
    await checks(on, 4)
    await tellLeftAlone(on.deps)
    expect(await statusOfComponent(on.deps)).toBe('under_maintenance')
    expect(await alertsOf(on.deps)).toEqual([])
    expect(await draftsOf(on.deps)).toEqual([])
  })

  test('stays as an incident calls it, whatever its probe learns', async () => {
    await using on = await downInWork()
    on.answers.set(urlOf('shop'), ok)
    await checks(on, 3)
    await openTrouble(on.deps, {
      components: [{ key: 'checkout', status: 'degraded_performance' }],
    })
    on.answers.set(urlOf('shop'), broken)
    await checks(on, 4)
    expect((await findProbe(on.deps, 'shop')).state).toBe('down')
    expect(await statusOfComponent(on.deps)).toBe('degraded_performance')
  })

  test.each([
    ['completed', completeMaintenance],
    ['cancelled', cancelMaintenance],
  ])('is down at once when the work is %s, and says so', async (_, endWork) => {
    await using on = await downInWork()
    await endWork(on.deps, operator, on.id, told)
    const over = on.clock.now()
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
    expect(await tellLeftAlone(on.deps)).toEqual({ told: 1, folded: 0 })
    const [alert] = await alertsOf(on.deps)
    expect(alert).toMatchObject({
      status: 'open',
      title: 'Shop - Checkout does not work after maintenance',
      detail: 'The maintenance is over, and it still fails.',
    })
    const [draft] = await draftsOf(on.deps)
    expect(draft).toMatchObject({ draft: true, startedAt: over, probeId: alert!.probeId })
    const [update] = await on.deps.db
      .select()
      .from(incidentUpdates)
      .where(eq(incidentUpdates.incidentId, draft!.id))
    expect(update!.body).toContain('The maintenance of Shop - Checkout is over')
    expect(await tellLeftAlone(on.deps)).toEqual({ told: 0, folded: 0 })
  })

  test('that recovers meanwhile is as if nothing had been', async () => {
    await using on = await downInWork()
    on.answers.set(urlOf('shop'), ok)
    await checks(on, 3)
    await completeMaintenance(on.deps, operator, on.id, told)
    await tellLeftAlone(on.deps)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    expect(await alertsOf(on.deps)).toEqual([])
    expect(await draftsOf(on.deps)).toEqual([])
  })

  test('that falls again and again has nothing added to its draft', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'shop', {
      opensIncident: 'draft',
      successThreshold: 1,
      failureThreshold: 1,
    })
    const answer = async (sample: Sample) => {
      on.answers.set(urlOf('shop'), sample)
      await checks(on, 1)
    }
    await answer(broken)
    const before = await on.deps.db.select().from(incidentUpdates)
    expect(before).toHaveLength(1)
    const id = await planWork(on.deps)
    await startMaintenance(on.deps, operator, id, { notify: false })
    for (const sample of [ok, broken, ok, broken, ok, broken]) await answer(sample)
    expect((await findProbe(on.deps, 'shop')).flappingUntil).not.toBeNull()
    expect(
      await on.deps.db.select().from(incidentUpdates).where(eq(incidentUpdates.author, 'probe')),
    ).toEqual(before)
  })

  test('keeps the alert that it had before, whose words stay as they were', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'shop', { opensIncident: 'draft' })
    on.answers.set(urlOf('shop'), broken)
    await checks(on, 4)
    const before = await alertsOf(on.deps)
    expect(before).toHaveLength(1)
    const id = await planWork(on.deps)
    await startMaintenance(on.deps, operator, id, told)
    await checks(on, 4)
    expect(await alertsOf(on.deps)).toEqual(before)
    expect(await statusOfComponent(on.deps)).toBe('under_maintenance')
  })

  test('has no uptime while it lasts, and its uptime is the same as without it', async () => {
    await using on = await probedShop()
    const since = on.clock.now()
    on.clock.advance(HOUR)
    const id = await planWork(on.deps, {
      scheduledFor: on.clock.now() + HOUR,
      scheduledUntil: on.clock.now() + 3 * HOUR,
    })
    const incident = await openTrouble(on.deps, {
      components: [{ key: 'checkout', status: 'major_outage' }],
    })
    on.clock.advance(HOUR)
    await on.deps.db
      .update(incidents)
      .set({ resolvedAt: on.clock.now(), status: 'resolved' })
      .where(eq(incidents.id, incident))
    await startMaintenance(on.deps, operator, id, told)
    on.clock.advance(2 * HOUR)
    await completeMaintenance(on.deps, operator, id, told)
    expect(await historyOf(on.deps, since)).toEqual([
      'operational 0-3600',
      'major_outage 3600-7200',
      'under_maintenance 7200-14400',
      'operational 14400-',
    ])
    on.clock.advance(2 * HOUR)
    // Three hours of four that count were well.
    const { uptime, days } = (await loadUptime(on.deps, await thePage(on.deps), shop.checkout))!
    expect(uptime).toBe(75)
    expect(days.at(-1)).toMatchObject({ maintenance_s: 7200, major_s: 3600 })
  })
})
