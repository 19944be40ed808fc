import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import {
  announcements,
  auditLog,
  components,
  componentStatusIntervals,
  documents,
  incidents,
  incidentUpdates,
} from '../../../../db/schema.ts'
import { discardDraft, publishDraft } from '../../../../api/actions/incidents/drafts.ts'
import {
  addUpdate,
  giveAllClear,
  openIncident,
} from '../../../../api/actions/incidents/incidents.ts'
import { homePage, incidentPage } from '../../../../api/actions/publishing/pages.ts'
import { statuspageReader } from '../../../../api/actions/publishing/statuspage.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import { shop, shopWorld } from '../../../support/shop.ts'
import { operator, trouble } from '../../../support/telling.ts'

const allClear = {
  issue: 'Checkout was slow.',
  root_cause: 'A full disk.',
  fix: 'A larger disk.',
  impact: '12 minutes.',
  postmortem_url: null,
}

const identified = {
  status: 'identified' as const,
  body: 'A disk is full.',
  components: [{ key: 'search', status: 'degraded_performance' as const }],
  notify: true,
  nextUpdateAt: null,
}

describe('opening an incident', () => {
  test('changes its components, tells, dirties what it touches and is audited, all at once', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const id = await openIncident(deps, operator, trouble)
    const [checkout] = await deps.db
      .select()
      .from(components)
      .where(eq(components.id, shop.checkout))
    expect(checkout).toMatchObject({ status: 'partial_outage', version: 1 })
    expect(await deps.db.select().from(announcements)).toMatchObject([
      { kind: 'incident_opened', incidentId: id, priority: 1, impact: 'major' },
    ])
    const touched = (await deps.db.select().from(documents)).map(({ path }) => path)
    expect(touched).toEqual(
      expect.arrayContaining([
        '/',
        '/api/v2/summary.json',
        `/incidents/${id}`,
        `/components/${shop.checkout}`,
        '/history/2026-11',
      ]),
    )
    expect(await deps.db.select().from(auditLog)).toMatchObject([
      { actor: 'tester', action: 'incident.open', object: `incidents/${id}` },
    ])
    const intervals = await deps.db
      .select()
      .from(componentStatusIntervals)
      .where(eq(componentStatusIntervals.componentId, shop.checkout))
    expect(intervals).toMatchObject([
      { status: 'operational', endedAt: deps.clock.now() },
      { status: 'partial_outage', startedAt: deps.clock.now(), endedAt: null },
    ])
  })

  test.each([
    ['by severity', { severity: 'SEV-1' }, 'critical'],
    ['by the operator', { impact: 'minor' as const }, 'minor'],
    ['by its components', {}, 'major'],
  ])('its impact is set %s', async (_, change, impact) => {
    await using made = await shopWorld()
    const id = await openIncident(made.deps, operator, { ...trouble, ...change })
    const [incident] = await made.deps.db.select().from(incidents).where(eq(incidents.id, id))
    expect(incident!.impact).toBe(impact)
  })

  test('an unknown component or severity is named with its place', async () => {
    await using made = await shopWorld()
    const wrong = { ...trouble, components: [{ key: 'chekout', status: 'major_outage' as const }] }
    await expect(openIncident(made.deps, operator, wrong)).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ path: 'components.0.key', message: expect.stringContaining('checkout') }],
    })
    await expect(
      openIncident(made.deps, operator, { ...trouble, severity: 'P9' }),
    ).rejects.toMatchObject({ fields: [{ path: 'severity', message: 'must be one of SEV-1' }] })
  })

  test('a draft is seen by nobody, told to nobody and changes no component', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const id = await openIncident(deps, operator, { ...trouble, draft: true })
    expect(await deps.db.select().from(announcements)).toEqual([])
    expect((await homePage(deps)).incidents).toEqual([])
    await expect(incidentPage(deps, id)).rejects.toMatchObject({ code: 'not_found' })
    expect((await homePage(deps)).status.indicator).toBe('none')
    await publishDraft(deps, operator, id, true)
    expect((await homePage(deps)).incidents.map((incident) => incident.id)).toEqual([id])
    expect((await homePage(deps)).status.indicator).toBe('minor')
    expect(await deps.db.select().from(announcements)).toMatchObject([{ kind: 'incident_opened' }])
    await expect(publishDraft(deps, operator, id, true)).rejects.toMatchObject({ code: 'conflict' })
    await expect(discardDraft(deps, operator, id)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('updates', () => {
  test('list every affected component, also those they do not change', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const id = await openIncident(deps, operator, trouble)
    await addUpdate(deps, operator, id, identified)
    const { incident } = await incidentPage(deps, id)
    expect(incident.updates[0]!.components).toEqual([
      {
        id: shop.checkout,
        name: 'Shop - Checkout',
        old_status: 'partial_outage',
        new_status: 'partial_outage',
      },
      {
        id: shop.search,
        name: 'Search',
        old_status: 'operational',
        new_status: 'degraded_performance',
      },
    ])
  })

  test('two at the same moment both stand, one after the other', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const id = await openIncident(deps, operator, trouble)
    await Promise.all([
      addUpdate(deps, operator, id, identified),
      addUpdate(deps, operator, id, { ...identified, status: 'monitoring', body: 'Watching.' }),
    ])
    expect(await deps.db.select().from(incidentUpdates)).toHaveLength(3)
  })

  test('the all-clear ends it: components recover, the last word is told, a second one is refused', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const id = await openIncident(deps, operator, trouble)
    made.clock.advance(12 * MINUTE)
    await giveAllClear(deps, operator, id, allClear, true)
    const home = await homePage(deps)
    expect(home.status).toMatchObject({
      indicator: 'none',
      description: 'All Systems Operational',
    })
    expect(home.incidents).toEqual([])
    const { incident } = await incidentPage(deps, id)
    expect(incident).toMatchObject({ status: 'resolved', impact: 'major', all_clear: allClear })
    expect(await deps.db.select().from(announcements)).toMatchObject([
      { kind: 'incident_opened', supersededAt: deps.clock.now() },
      { kind: 'incident_resolved', supersededAt: null },
    ])
    await expect(giveAllClear(deps, operator, id, allClear, true)).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(addUpdate(deps, operator, id, identified)).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('of two all-clears at the same moment one is told', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const id = await openIncident(deps, operator, trouble)
    const both = await Promise.allSettled([
      giveAllClear(deps, operator, id, allClear, true),
      giveAllClear(deps, operator, id, allClear, true),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await deps.db.select().from(announcements)).toHaveLength(2)
  })

  test('a component that another open incident still affects stays affected', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const first = await openIncident(deps, operator, trouble)
    await openIncident(deps, operator, {
      ...trouble,
      name: 'Payments fail',
      components: [{ key: 'checkout', status: 'major_outage' }],
    })
    await giveAllClear(deps, operator, first, allClear, false)
    expect((await homePage(deps)).groups.find(({ name }) => name === 'Shop')!.status).toBe(
      'major_outage',
    )
  })
})

describe('the Statuspage v2 documents', () => {
  test('have exactly the keys of the original, in its order', async () => {
    await using made = await shopWorld()
    const { deps } = made
    await openIncident(deps, operator, trouble)
    const summary = (await statuspageReader(deps)('/api/v2/summary.json')) as Record<string, any>
    expect(Object.keys(summary)).toEqual([
      'page',
      'components',
      'incidents',
      'scheduled_maintenances',
      'status',
    ])
    expect(Object.keys(summary.page)).toEqual(['id', 'name', 'url', 'time_zone', 'updated_at'])
    const leaf = [
      'id',
      'name',
      'status',
      'created_at',
      'updated_at',
      'position',
      'description',
      'showcase',
      'start_date',
      'group_id',
      'page_id',
      'group',
      'only_show_if_degraded',
    ]
    expect(summary.components.map((component: object) => Object.keys(component))).toEqual([
      [...leaf, 'components'],
      leaf,
      leaf,
    ])
    expect(Object.keys(summary.incidents[0])).toEqual([
      'id',
      'name',
      'status',
      'created_at',
      'updated_at',
      'monitoring_at',
      'resolved_at',
      'impact',
      'shortlink',
      'started_at',
      'page_id',
      'incident_updates',
      'components',
    ])
    expect(Object.keys(summary.incidents[0].incident_updates[0])).toEqual([
      'id',
      'status',
      'body',
      'incident_id',
      'created_at',
      'updated_at',
      'display_at',
      'affected_components',
      'deliver_notifications',
      'custom_tweet',
      'tweet_id',
    ])
    expect(summary.incidents[0].incident_updates[0].affected_components).toEqual([
      {
        code: shop.checkout,
        name: 'Shop - Checkout',
        old_status: 'operational',
        new_status: 'partial_outage',
      },
    ])
    expect(summary.status).toEqual({ indicator: 'minor', description: 'Minor Service Outage' })
  })
})
