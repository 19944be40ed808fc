import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { NewProbe } from '../../../../api/actions/probes/probes.ts'
import { runDueProbes } from '../../../../api/actions/probes/probing.ts'
import { alerts, auditLog, documents } from '../../../../db/schema.ts'
import {
  addProbe,
  broken,
  checks,
  findProbe,
  historyOf,
  probedShop,
  silent,
  slow,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'

const statuses = async (on: Awaited<ReturnType<typeof probedShop>>) =>
  on.deps.db
    .select({ title: alerts.title, status: alerts.status, severity: alerts.severity })
    .from(alerts)

describe('a target that fails', () => {
  test('turns its component, drafts an incident and alerts, all since its first failure', async () => {
    await using on = await probedShop()
    const start = on.clock.now()
    await addProbe(on.deps, 'p')
    await checks(on)
    on.answers.set(urlOf('p'), silent)
    expect(await checks(on, 2)).toBe(0)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    expect(await checks(on)).toBe(1)

    const probe = await findProbe(on.deps, 'p')
    expect(probe).toMatchObject({ state: 'down', lastReason: silent.reason, leasedUntil: null })
    expect(probe.stateSince).toBe(on.clock.now() - 20_000)
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
    const fell = (probe.stateSince! - start) / 1000
    expect(await historyOf(on.deps, start)).toEqual([
      `operational 0-${fell}`,
      `major_outage ${fell}-`,
    ])

    const [incident, ...others] = await on.deps.db.query.incidents.findMany()
    expect(others).toEqual([])
    expect(incident).toMatchObject({
      name: 'Shop - Checkout is not reachable',
      draft: true,
      status: 'investigating',
      impact: 'critical',
      startedAt: probe.stateSince,
      probeId: probe.id,
    })
    const [update] = await on.deps.db.query.incidentUpdates.findMany()
    expect(update).toMatchObject({
      author: 'probe',
      notify: false,
      incidentId: incident!.id,
      status: 'investigating',
      components: [
        {
          id: shop.checkout,
          name: 'Shop - Checkout',
          old_status: 'operational',
          new_status: 'major_outage',
        },
      ],
    })
    expect(await on.deps.db.query.announcements.findMany()).toEqual([])
    expect(await on.deps.db.select().from(alerts)).toMatchObject([
      {
        source: 'probe',
        eventType: 'probe.down',
        severity: 'critical',
        status: 'open',
        title: incident!.name,
        detail: silent.reason,
        incidentId: incident!.id,
        probeId: probe.id,
        componentId: shop.checkout,
      },
    ])
    const touched = (await on.deps.db.select().from(documents)).map(({ path }) => path)
    expect(touched).toEqual(expect.arrayContaining(['/', `/components/${shop.checkout}`]))
    expect(await on.deps.db.select().from(auditLog)).toMatchObject([
      { actor: 'probe', action: 'probe.down', object: `probes/${probe.id}` },
    ])
  })

  test('and mends itself gives all of it back, but the draft is for a person to end', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'p')
    on.answers.set(urlOf('p'), broken)
    await checks(on, 3)
    expect(await statuses(on)).toEqual([
      { title: 'Shop - Checkout answers with errors', status: 'open', severity: 'critical' },
    ])
    on.answers.delete(urlOf('p'))
    expect(await checks(on)).toBe(0)
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
    const mended = on.clock.now()
    expect(await checks(on)).toBe(1)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    expect((await historyOf(on.deps, mended)).at(-1)).toBe('operational 0-')
    expect((await statuses(on))[0]!.status).toBe('resolved')
    const [incident] = await on.deps.db.query.incidents.findMany()
    expect(incident).toMatchObject({ draft: true, resolvedAt: null })
  })

  test('shows the component as the probe is set to, and may open no incident', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'p', { statusWhenDown: 'partial_outage', opensIncident: 'no' })
    on.answers.set(urlOf('p'), broken)
    await checks(on, 3)
    expect(await statusOfComponent(on.deps)).toBe('partial_outage')
    expect(await on.deps.db.query.incidents.findMany()).toEqual([])
    expect(await on.deps.db.select().from(alerts)).toMatchObject([
      { severity: 'warning', incidentId: null },
    ])
  })

  test('is no reason for a second incident while one is open', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'p')
    await addProbe(on.deps, 'q')
    on.answers.set(urlOf('p'), broken).set(urlOf('q'), broken)
    await checks(on, 9)
    expect((await findProbe(on.deps, 'p')).state).toBe('down')
    expect((await findProbe(on.deps, 'q')).state).toBe('down')
    const incidents = await on.deps.db.query.incidents.findMany()
    expect(incidents).toHaveLength(1)
    const notes = await on.deps.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.action, 'incident.note'))
    expect(notes).toMatchObject([{ object: `incidents/${incidents[0]!.id}` }])
    expect((await on.deps.db.select().from(alerts)).map(({ incidentId }) => incidentId)).toEqual([
      incidents[0]!.id,
      incidents[0]!.id,
    ])
  })

  test('keeps its component down until the last of its probes is up', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'p')
    await addProbe(on.deps, 'q')
    on.answers.set(urlOf('p'), broken).set(urlOf('q'), broken)
    await checks(on, 9)
    on.answers.delete(urlOf('p'))
    await checks(on, 9)
    expect((await findProbe(on.deps, 'p')).state).toBe('up')
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
    on.answers.delete(urlOf('q'))
    await checks(on, 9)
    expect(await statusOfComponent(on.deps)).toBe('operational')
  })

  test('two probes that flip at once leave one incident and both verdicts', async () => {
    await using on = await probedShop()
    for (const key of ['p', 'q']) {
      await addProbe(on.deps, key, { failureThreshold: 1 })
      on.answers.set(urlOf(key), broken)
    }
    const runs = await Promise.all([
      runDueProbes(on.deps, { limit: 1 }),
      runDueProbes(on.deps, { limit: 1 }),
    ])
    await runDueProbes(on.deps)
    expect(runs[0].flipped + runs[1].flipped).toBeGreaterThan(0)
    expect((await findProbe(on.deps, 'p')).state).toBe('down')
    expect((await findProbe(on.deps, 'q')).state).toBe('down')
    expect(await on.deps.db.query.incidents.findMany()).toHaveLength(1)
  })
})

const publicly = async (given: Partial<NewProbe> = {}) => {
  const on = await probedShop()
  await addProbe(on.deps, 'p', { opensIncident: 'public', severity: 'SEV-1', ...given })
  on.answers.set(urlOf('p'), silent)
  await checks(on, 3)
  return on
}

describe('a probe that speaks to the public', () => {
  test('opens an incident from a template and has it told', async () => {
    await using on = await publicly()
    const [incident] = await on.deps.db.query.incidents.findMany()
    expect(incident).toMatchObject({ draft: false, severity: 'SEV-1', impact: 'critical' })
    const [update] = await on.deps.db.query.incidentUpdates.findMany()
    expect(update).toMatchObject({ notify: true })
    expect(update!.body).toMatch(
      /^Shop - Checkout has not been reachable since \d\d:\d\d \S+\. It cannot be used at the moment\. We are investigating\.$/,
    )
    expect(await on.deps.db.query.announcements.findMany()).toMatchObject([
      { kind: 'incident_opened', incidentId: incident!.id, componentIds: [shop.checkout] },
    ])
    const touched = (await on.deps.db.select().from(documents)).map(({ path }) => path)
    expect(touched).toContain(`/incidents/${incident!.id}`)
  })

  test('takes back its word when the target is well, and says it again when it fails again', async () => {
    await using on = await publicly()
    on.answers.delete(urlOf('p'))
    await checks(on, 2)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    const [incident] = await on.deps.db.query.incidents.findMany()
    expect(incident!.resolvedAt).toBeNull()
    on.answers.set(urlOf('p'), silent)
    await checks(on, 3)
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
    expect(await on.deps.db.query.incidents.findMany()).toHaveLength(1)
  })

  test('is well again after it was slow on the way back', async () => {
    await using on = await publicly({ successThreshold: 4 })
    on.answers.set(urlOf('p'), slow)
    await checks(on, 8)
    expect(await statusOfComponent(on.deps)).toBe('degraded_performance')
    on.answers.delete(urlOf('p'))
    await checks(on, 8)
    expect(await statusOfComponent(on.deps)).toBe('operational')
  })
})

test('a target that is slow for long is degraded, with an alert and without an incident', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p')
  on.answers.set(urlOf('p'), slow)
  expect(await checks(on, 3)).toBe(1)
  expect(await statusOfComponent(on.deps)).toBe('degraded_performance')
  expect(await statuses(on)).toEqual([
    { title: 'Shop - Checkout answers slowly', status: 'open', severity: 'warning' },
  ])
  expect(await on.deps.db.query.incidents.findMany()).toEqual([])
  on.answers.set(urlOf('p'), broken)
  await checks(on, 3)
  expect((await statuses(on)).map(({ status }) => status)).toEqual(['resolved', 'open'])
})
