import { asc, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { updateComponent } from '../../../../api/actions/components/catalog.ts'
import { giveDueAllClears } from '../../../../api/actions/incidents/all-clears.ts'
import {
  amendIncident,
  discardDraft,
  publishDraft,
} from '../../../../api/actions/incidents/drafts.ts'
import { operatorIncident } from '../../../../api/actions/incidents/incident-views.ts'
import { addUpdate, giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { createTemplate } from '../../../../api/actions/incidents/templates.ts'
import { auditPage } from '../../../../api/actions/auditing/auditing.ts'
import { setAlertStatus } from '../../../../api/actions/alerts/moving.ts'
import type { NewProbe } from '../../../../api/actions/probes/probes.ts'
import type { Deps } from '../../../../api/deps.ts'
import { HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import {
  alerts,
  announcements,
  auditLog,
  incidents,
  incidentUpdates,
} from '../../../../db/schema.ts'
import { addProbe, broken, checks, probedShop, urlOf } from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'
import { operator } from '../../../support/telling.ts'
import { anotherProcess } from '../../../support/watching.ts'

type Shop = Awaited<ReturnType<typeof probedShop>>

const byItself: Partial<NewProbe> = { opensIncident: 'public', allClear: 'auto' }

/** The checkout fails for ten minutes and is well since; returns the incident that its probe opened. */
async function outage(on: Shop, given: Partial<NewProbe> = {}): Promise<string> {
  await addProbe(on.deps, 'p', { intervalMs: MINUTE, ...given })
  await checks(on)
  on.answers.set(urlOf('p'), broken)
  await pass(on, 10 * MINUTE)
  on.answers.delete(urlOf('p'))
  await checks(on, 3)
  const [incident] = await on.deps.db.select().from(incidents)
  return incident!.id
}

/** Time in which probes look and the duty comes round each minute. */
async function pass(on: Shop, ms: number): Promise<void> {
  const end = on.clock.now() + ms
  let next = on.clock.now()
  while (on.clock.now() < end) {
    await checks(on)
    if (on.clock.now() < next) continue
    await giveDueAllClears(on.deps)
    next = on.clock.now() + MINUTE
  }
}

const find = async (deps: Deps, id: string) =>
  (await deps.db.query.incidents.findFirst({ where: eq(incidents.id, id) }))!

const asked = async (deps: Deps) =>
  (await deps.db.select().from(alerts).where(eq(alerts.source, 'all_clear'))).map(
    ({ title, status }) => `${title}: ${status}`,
  )

const told = async (deps: Deps) =>
  (await deps.db.select().from(announcements).orderBy(asc(announcements.createdAt))).map(
    ({ kind }) => kind,
  )

const allClear = {
  issue: 'Checkout was down.',
  root_cause: 'A full disk.',
  fix: 'A larger disk.',
  impact: '12 minutes.',
  postmortem_url: null,
}
const update = { body: 'x', components: [], notify: true, nextUpdateAt: null }

describe('what a probe opened and is well again', () => {
  test('is proposed to end after half an hour, with its numbers, and an operator hears of it once', async () => {
    await using on = await probedShop()
    const id = await outage(on, { opensIncident: 'public' })
    await pass(on, 28 * MINUTE)
    expect((await operatorIncident(on.deps, id)).proposed_all_clear).toBeNull()
    expect(await asked(on.deps)).toEqual([])
    await pass(on, 3 * MINUTE)
    const { proposed_all_clear: proposed, started_at } = await operatorIncident(on.deps, id)
    expect(proposed).toMatchObject({
      began_at: started_at,
      minutes: expect.closeTo(11, -1),
      components: ['Shop - Checkout'],
      nobody_told: false,
      text: { issue: 'Shop - Checkout answers with errors', root_cause: '' },
    })
    expect(proposed!.failed).toBeGreaterThan(9)
    expect(proposed!.checks).toBeGreaterThanOrEqual(proposed!.failed)
    expect(proposed!.error_rate).toBeCloseTo((100 * proposed!.failed) / proposed!.checks, 2)
    await pass(on, 5 * MINUTE)
    const alert = '“Shop - Checkout answers with errors” seems to be over'
    expect(await asked(on.deps)).toEqual([`${alert}: open`])
    expect((await find(on.deps, id)).resolvedAt).toBeNull()
    const { findings } = await auditPage(on.deps)
    expect(findings.find(({ kind }) => kind === 'incident_over')).toMatchObject({
      href: `/operator#form-incidents-${id}-all-clear`,
    })

    await giveAllClear(on.deps, operator, id, allClear, true)
    await giveDueAllClears(on.deps)
    expect(await asked(on.deps)).toEqual([`${alert}: resolved`])
    expect((await operatorIncident(on.deps, id)).proposed_all_clear).toBeNull()
  })

  test('is not asked for again where a person resolved the question', async () => {
    await using on = await probedShop()
    await outage(on, { opensIncident: 'public' })
    await pass(on, 31 * MINUTE)
    const [alert] = await on.deps.db.select().from(alerts).where(eq(alerts.source, 'all_clear'))
    await setAlertStatus(on.deps, operator, alert!.id, 'resolved', 'I know')
    await pass(on, 5 * MINUTE)
    expect(await asked(on.deps)).toHaveLength(1)
  })

  test('is watched anew after a relapse, and asked for again', async () => {
    await using on = await probedShop()
    const id = await outage(on, { opensIncident: 'public', stableMs: 0 })
    await pass(on, 31 * MINUTE)
    on.answers.set(urlOf('p'), broken)
    await pass(on, 2 * MINUTE)
    on.answers.delete(urlOf('p'))
    await pass(on, 28 * MINUTE)
    expect((await operatorIncident(on.deps, id)).proposed_all_clear).toBeNull()
    const alert = '“Shop - Checkout answers with errors” seems to be over'
    expect(await asked(on.deps)).toEqual([`${alert}: resolved`])
    await pass(on, 4 * MINUTE)
    expect((await operatorIncident(on.deps, id)).proposed_all_clear).toMatchObject({
      minutes: expect.closeTo(44, -1),
    })
    expect(await asked(on.deps)).toEqual([`${alert}: resolved`, `${alert}: open`])
  })

  test('is not over while an operator calls its component slow', async () => {
    await using on = await probedShop()
    const id = await outage(on, { opensIncident: 'public' })
    await updateComponent(on.deps, operator, shop.checkout, { status: 'degraded_performance' })
    await pass(on, 31 * MINUTE)
    expect((await operatorIncident(on.deps, id)).proposed_all_clear).toBeNull()
  })

  test('as a draft is to be published as resolved or discarded', async () => {
    await using on = await probedShop()
    const id = await outage(on)
    await pass(on, 31 * MINUTE)
    expect((await operatorIncident(on.deps, id)).proposed_all_clear).toMatchObject({
      nobody_told: true,
    })
    const alert = '“Shop - Checkout answers with errors” came and went as a draft'
    expect(await asked(on.deps)).toEqual([`${alert}: open`])
    await discardDraft(on.deps, operator, id)
    await giveDueAllClears(on.deps)
    expect(await asked(on.deps)).toEqual([`${alert}: resolved`])
    expect(await told(on.deps)).toEqual([])
  })

  test('as a draft becomes public and resolved in one step', async () => {
    await using on = await probedShop()
    const id = await outage(on)
    await giveAllClear(on.deps, operator, id, allClear, true, true)
    expect(await find(on.deps, id)).toMatchObject({ draft: false, status: 'resolved', allClear })
    expect(await told(on.deps)).toEqual(['incident_resolved'])
  })
})

describe('the all-clear is given without asking', () => {
  test('once all was well for the watching time, to those who heard of the beginning, and on record', async () => {
    await using on = await probedShop()
    const id = await outage(on, byItself)
    await pass(on, 31 * MINUTE)
    const incident = await find(on.deps, id)
    expect(incident).toMatchObject({ status: 'resolved', draft: false, allClear: null })
    expect(await told(on.deps)).toEqual(['incident_opened', 'incident_resolved'])
    const [, last] = await on.deps.db
      .select()
      .from(incidentUpdates)
      .orderBy(asc(incidentUpdates.displayAt))
    expect(last).toMatchObject({ author: 'probe', status: 'resolved', notify: true })
    expect(last!.body).toMatch(
      /^This is over\. It lasted 1\d minutes, from 13:0\d CET to 13:1\d CET\. Our monitoring has watched Shop - Checkout for another 30 minutes and sees/,
    )
    const [entry] = await on.deps.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.action, 'incident.all_clear'))
    expect(entry).toMatchObject({
      actor: 'probe',
      object: `incidents/${id}`,
      detail: {
        to: 'resolved',
        minutes: expect.closeTo(11, -1),
        failed: expect.any(Number),
        checks: expect.any(Number),
      },
    })
    expect(await asked(on.deps)).toEqual([])
  })

  test('in the words of a template', async () => {
    await using on = await probedShop()
    const words = { title: '', body: '{component} is back after {duration}.', status: null }
    await createTemplate(on.deps, operator, { key: 'back', name: 'Back', ...words })
    await outage(on, { ...byItself, closingTemplate: 'back' })
    await pass(on, 31 * MINUTE)
    const bodies = await on.deps.db.select({ body: incidentUpdates.body }).from(incidentUpdates)
    expect(bodies.at(-1)).toMatchObject({
      body: expect.stringMatching(/^Shop - Checkout is back after 1\d minutes\.$/),
    })
  })

  test('once, though two processes find it due at the same moment', async () => {
    await using on = await probedShop()
    const id = await outage(on, { ...byItself, watchMs: 5 * MINUTE })
    const other = await anotherProcess(on)
    while ((await operatorIncident(on.deps, id)).proposed_all_clear === null) await checks(on)
    const given = await Promise.all([on.deps, other, on.deps, other].map(giveDueAllClears))
    expect(given.toSorted()).toEqual([0, 0, 0, 1])
    expect(await told(on.deps)).toEqual(['incident_opened', 'incident_resolved'])
    expect(await on.deps.db.$count(incidentUpdates)).toBe(2)
    expect(await asked(on.deps)).toEqual([])
    other.db.close()
  })

  test.each<[string, (deps: Deps, id: string) => Promise<unknown>]>([
    ['an update', (deps, id) => addUpdate(deps, operator, id, { ...update, status: 'monitoring' })],
    ['another name', (deps, id) => amendIncident(deps, operator, id, { name: 'Other' })],
  ])('not over %s by an operator at the same moment', async (_sentence, act) => {
    await using on = await probedShop()
    const id = await outage(on, { ...byItself, watchMs: 5 * MINUTE })
    while ((await operatorIncident(on.deps, id)).proposed_all_clear === null) await checks(on)
    let isSpoken = false
    const other = await anotherProcess(on, {
      async before(statements) {
        if (isSpoken || !statements.some(({ sql }) => /^update "incidents"/i.test(sql))) return
        isSpoken = true
        await act(on.deps, id)
      },
    })
    expect(await giveDueAllClears(other)).toBe(0)
    expect(isSpoken).toBe(true)
    expect((await find(on.deps, id)).resolvedAt).toBeNull()
    other.db.close()
  })
})

describe('the all-clear is left to operators', () => {
  test.each<[string, Partial<NewProbe>, (on: Shop, id: string) => Promise<unknown>]>([
    ['where that is not set', { opensIncident: 'public' }, async () => {}],
    ['of a draft', { ...byItself, opensIncident: 'draft' }, async () => {}],
    [
      'of a draft that one of them published',
      { ...byItself, opensIncident: 'draft' },
      ({ deps }, id) => publishDraft(deps, operator, id, true),
    ],
    [
      'once one of them wrote',
      byItself,
      ({ deps }, id) => addUpdate(deps, operator, id, { ...update, status: 'identified' }),
    ],
    [
      'once one of them watches',
      byItself,
      ({ deps }, id) => addUpdate(deps, operator, id, { ...update, status: 'monitoring' }),
    ],
    [
      'once one of them changed the name',
      byItself,
      ({ deps }, id) => amendIncident(deps, operator, id, { name: 'Other' }),
    ],
  ])('%s', async (_sentence, given, act) => {
    await using on = await probedShop()
    const id = await outage(on, given)
    await act(on, id)
    await pass(on, 32 * MINUTE)
    expect((await find(on.deps, id)).resolvedAt).toBeNull()
    expect(await asked(on.deps)).toHaveLength(1)
  })

  test('acknowledging its alert alone takes nothing out of the hands of the probe', async () => {
    await using on = await probedShop()
    const id = await outage(on, byItself)
    const [alert] = await on.deps.db.select().from(alerts)
    if (alert!.status !== 'resolved')
      await setAlertStatus(on.deps, operator, alert!.id, 'acknowledged', '')
    await pass(on, 31 * MINUTE)
    expect((await find(on.deps, id)).status).toBe('resolved')
  })
})

describe('nobody looked', () => {
  test('for an hour: whoever wakes gives no all-clear before the whole time was watched', async () => {
    await using on = await probedShop()
    const id = await outage(on, byItself)
    await pass(on, 10 * MINUTE)
    on.clock.advance(HOUR)
    expect(await giveDueAllClears(on.deps)).toBe(0)
    await checks(on, 2)
    expect(await giveDueAllClears(on.deps)).toBe(0)
    await pass(on, 28 * MINUTE)
    expect((await find(on.deps, id)).resolvedAt).toBeNull()
    await pass(on, 4 * MINUTE)
    expect((await find(on.deps, id)).status).toBe('resolved')
  })

  test('since the watching time was over: it waits for the next look', async () => {
    await using on = await probedShop()
    const id = await outage(on, { ...byItself, watchMs: 5 * MINUTE })
    while ((await operatorIncident(on.deps, id)).proposed_all_clear === null) await checks(on)
    on.clock.advance(10 * MINUTE + SECOND)
    expect(await giveDueAllClears(on.deps)).toBe(0)
    expect((await find(on.deps, id)).resolvedAt).toBeNull()
  })
})
