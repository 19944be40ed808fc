import { eq, like } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { openIncident, giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { updateComponent } from '../../../../api/actions/components/catalog.ts'
import { newTemplate } from '../../../../api/actions/incidents/templates.ts'
import { pauseProbe, updateProbe, type NewProbe } from '../../../../api/actions/probes/probes.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import {
  alerts,
  announcements,
  auditLog,
  components,
  documents,
  incidentComponents,
  incidents,
  incidentUpdates,
  page,
  templates,
} from '../../../../db/schema.ts'
import {
  fall,
  heal,
  liveAlerts,
  openOnes,
  pass,
  tiedShop,
  wordsOf,
  type Chain,
} from '../../../support/dragging.ts'
import { broken, statusOfComponent, urlOf } from '../../../support/probed.ts'
import { operator, sayMore } from '../../../support/telling.ts'

const publicly = { b: { opensIncident: 'public' as const } }

/** What the public was told, in how many updates and announcements. */
async function told({ deps }: Chain) {
  return [await deps.db.$count(incidentUpdates), await deps.db.$count(announcements)]
}

describe('a public incident that a probe opened', () => {
  test('lists what else is dragged down, and says not a word more', async () => {
    await using on = await tiedShop('a>b', publicly)
    await fall(on, 'b')
    const [incident] = await on.deps.db.select().from(incidents)
    const before = await wordsOf(on)
    await on.deps.db.delete(documents)
    await fall(on, 'a')
    expect(await openOnes(on)).toEqual([
      'public B answers with errors: a major_outage, b major_outage',
    ])
    expect(await wordsOf(on)).toBe(before)
    expect(await told(on)).toEqual([1, 1])
    const touched = (await on.deps.db.select().from(documents)).map(({ path }) => path)
    expect(touched).toEqual(
      expect.arrayContaining([`/incidents/${incident!.id}`, '/components/a', '/history/2026-11']),
    )
    expect(await liveAlerts(on)).toEqual(['B answers with errors (A)'])
  })

  test('takes back what it said of each as it recovers', async () => {
    await using on = await tiedShop('a>b', publicly)
    await fall(on, 'b', 'a')
    await heal(on, 'b')
    expect(await openOnes(on)).toEqual([
      'public B answers with errors: a major_outage, b operational',
    ])
    expect(await statusOfComponent(on.deps, 'a')).toBe('major_outage')
    await heal(on, 'a')
    expect(await openOnes(on)).toEqual([
      'public B answers with errors: a operational, b operational',
    ])
    expect(await statusOfComponent(on.deps, 'a')).toBe('operational')
  })

  test('names from the start what fell a moment before, also to those who follow only that', async () => {
    await using on = await tiedShop('a>b', publicly)
    await fall(on, 'a', 'b')
    expect(await openOnes(on)).toEqual([
      'public B answers with errors: a major_outage, b major_outage',
    ])
    expect(await wordsOf(on)).toContain('This also affects A.')
    expect(await on.deps.db.select().from(announcements)).toMatchObject([
      { kind: 'incident_opened', componentIds: ['b', 'a'] },
    ])
  })

  test('changes nothing by itself once a person has spoken', async () => {
    await using on = await tiedShop('a>b', publicly)
    await fall(on, 'b')
    const [incident] = await on.deps.db.select().from(incidents)
    await speak(on, incident!.id, [])
    await fall(on, 'a')
    expect(await openOnes(on)).toEqual(['public B answers with errors: b major_outage'])
    expect(await liveAlerts(on)).toEqual(['B answers with errors (A)'])
    expect(await notesOn(on, incident!.id)).toEqual([{ dragged: ['A'] }])
  })

  test('leaves alone what a person said of a part', async () => {
    await using on = await tiedShop('a>b', publicly)
    await fall(on, 'b', 'a')
    on.clock.advance(1000)
    const [incident] = await on.deps.db.select().from(incidents)
    await speak(on, incident!.id, [{ id: 'a', status: 'degraded_performance' }])
    await heal(on, 'a')
    expect(await openOnes(on)).toEqual([
      'public B answers with errors: a degraded_performance, b major_outage',
    ])
  })

  test('does not list what an operator calls less than that, or the page would call it more', async () => {
    await using on = await tiedShop('a>b', publicly)
    await fall(on, 'b')
    on.answers.set(urlOf('a'), broken)
    on.clock.advance(MINUTE)
    await updateComponent(on.deps, operator, 'a', { status: 'degraded_performance' })
    // The outage began before the operator's word, and is seen after it.
    await on.deps.db.update(components).set({ declaredAt: on.clock.now() + MINUTE })
    await fall(on, 'a')
    expect(await statusOfComponent(on.deps, 'a')).toBe('degraded_performance')
    expect(await openOnes(on)).toEqual(['public B answers with errors: b major_outage'])
  })

  test('does not stand in the way when a part fails again later, by itself', async () => {
    await using on = await tiedShop('a>b', publicly)
    await fall(on, 'b', 'a')
    await heal(on, 'b', 'a')
    await pass(on, 5 * MINUTE)
    await fall(on, 'a')
    expect(await liveAlerts(on)).toEqual(['A answers with errors'])
    expect(await openOnes(on)).toEqual([
      'draft A answers with errors: a major_outage',
      'public B answers with errors: a operational, b operational',
    ])
  })

  test('still tells of a part that is left alone, so that it needs no draft', async () => {
    await using on = await tiedShop('a>b', publicly)
    await fall(on, 'b', 'a')
    await heal(on, 'b')
    await pass(on, 2 * MINUTE)
    expect(await liveAlerts(on)).toEqual(['A still does not work'])
    const [incident, ...others] = await on.deps.db.select().from(incidents)
    expect(others).toEqual([])
    const live = await on.deps.db.select().from(alerts).where(eq(alerts.status, 'open'))
    expect(live).toMatchObject([{ incidentId: incident!.id }])
  })
})

const speak = (
  on: Chain,
  id: string,
  components: { id: string; status: 'degraded_performance' }[],
) => sayMore(on.deps, id, { components })

const notesOn = async ({ deps }: Chain, id: string) =>
  (
    await deps.db
      .select()
      .from(auditLog)
      .where(like(auditLog.object, `%/${id}`))
  )
    .filter(({ action }) => action.endsWith('.note'))
    .map(({ detail }) => detail)

const open = (on: Chain, status: 'major_outage' | 'degraded_performance') =>
  openIncident(on.deps, operator, {
    name: 'The bank is down',
    body: 'We wait for them.',
    status: 'identified',
    severity: null,
    impact: null,
    components: [{ key: 'b', status }],
    notify: true,
    nextUpdateAt: null,
    draft: false,
  })

describe('an incident that a person opened about a root', () => {
  test('is the root of what falls meanwhile: noted, not alerted, and in nobody’s words', async () => {
    await using on = await tiedShop('a>b')
    const id = await open(on, 'major_outage')
    await fall(on, 'a')
    expect(await statusOfComponent(on.deps, 'a')).toBe('major_outage')
    expect(await liveAlerts(on)).toEqual([])
    expect(await openOnes(on)).toEqual(['public The bank is down: b major_outage'])
    expect(await notesOn(on, id)).toEqual([{ dragged: ['A'] }])
  })

  test('is none when the root only works badly', async () => {
    await using on = await tiedShop('a>b')
    await open(on, 'degraded_performance')
    await fall(on, 'a')
    expect(await liveAlerts(on)).toEqual(['A answers with errors'])
  })

  test('ends with an alert and a draft for what still fails', async () => {
    await using on = await tiedShop('a>b')
    const id = await open(on, 'major_outage')
    await fall(on, 'a')
    const words = { issue: 'x', root_cause: 'x', fix: 'x', impact: 'x', postmortem_url: null }
    await giveAllClear(on.deps, operator, id, words, false)
    await pass(on, 2 * MINUTE)
    expect(await liveAlerts(on)).toEqual(['A still does not work'])
    expect(await openOnes(on)).toEqual(['draft A still does not work: a major_outage'])
  })
})

async function maintained(probes: Record<string, Partial<NewProbe>> = {}) {
  const on = await tiedShop('a>b', probes)
  const now = on.clock.now()
  const times = { startedAt: now, createdAt: now, updatedAt: now }
  await on.deps.db.insert(incidents).values({
    id: 'upkeep000000',
    kind: 'maintenance',
    name: 'New disks',
    status: 'in_progress',
    impact: 'maintenance',
    ...times,
  })
  await on.deps.db.insert(incidentComponents).values({
    incidentId: 'upkeep000000',
    componentId: 'b',
    status: 'under_maintenance',
    since: now,
  })
  return on
}

describe('a root that is being maintained', () => {
  test('covers what falls with it, whether or not its own probe sees it fall', async () => {
    await using on = await maintained()
    await pauseProbe(on.deps, operator, 'b', true)
    await fall(on, 'a')
    expect(await liveAlerts(on)).toEqual([])
    expect(await openOnes(on)).toEqual(['public New disks: b under_maintenance'])
    expect(await notesOn(on, 'upkeep000000')).toEqual([{ dragged: ['A'] }])

    await using seen = await maintained()
    await fall(seen, 'b', 'a')
    expect(await liveAlerts(seen)).toEqual([])
    expect(await openOnes(seen)).toEqual(['public New disks: b under_maintenance'])
  })

  test('does not cover what falls while it works', async () => {
    await using on = await maintained()
    await fall(on, 'a')
    expect(await liveAlerts(on)).toEqual(['A answers with errors'])
  })

  test('no longer covers what still fails when it is over', async () => {
    await using on = await maintained()
    await pauseProbe(on.deps, operator, 'b', true)
    await fall(on, 'a')
    await on.deps.db.update(incidents).set({ status: 'completed', resolvedAt: on.clock.now() })
    await pass(on, 2 * MINUTE)
    expect(await liveAlerts(on)).toEqual(['A still does not work'])
  })
})

describe('a probe that opens an incident', () => {
  const prepared = {
    key: 'shop-down',
    name: 'The shop is down',
    title: '{component}: trouble',
    body: 'Since {time} {components} do not work ({impact}). {page} is sorry.',
    status: null,
  }

  async function opened(
    openingTemplate: string,
    words: Partial<typeof prepared> = {},
    locale = 'en',
  ) {
    const on = await tiedShop('a>b')
    await on.deps.db.update(page).set({ locale })
    await on.deps.db.insert(templates).values(newTemplate(on.deps, { ...prepared, ...words }))
    await updateProbe(on.deps, operator, 'b', { openingTemplate: 'shop-down' })
    if (openingTemplate !== 'shop-down') await on.deps.db.delete(templates)
    await fall(on, 'a', 'b')
    const [draft] = await openOnes(on)
    return Object.assign(on, { title: draft!.split(': a ')[0], body: await wordsOf(on) })
  }

  test('says what an operator has prepared', async () => {
    await using on = await opened('shop-down')
    expect(on.title).toBe('draft B: trouble')
    expect(on.body).toMatch(
      /^Since \d\d:\d\d CET B and A do not work \(Critical\)\. Corner Shop is sorry\.$/,
    )
  })

  test('adds to it what is dragged down later', async () => {
    await using on = await tiedShop('a>b c>b')
    await on.deps.db.insert(templates).values(newTemplate(on.deps, prepared))
    await updateProbe(on.deps, operator, 'b', { openingTemplate: 'shop-down' })
    await fall(on, 'b', 'a')
    expect(await wordsOf(on)).toMatch(/is sorry\.\n\nThis also affects A\.$/)
    await fall(on, 'c')
    expect(await wordsOf(on)).toMatch(/is sorry\.\n\nThis also affects A and C\.$/)
    await heal(on, 'a', 'c')
    expect(await wordsOf(on)).toMatch(/is sorry\.$/)
  })

  test.each<[string, string, Partial<typeof prepared>, string]>([
    ['the template is gone', 'none', {}, 'draft B answers with errors'],
    ['it has no title', 'shop-down', { title: '' }, 'draft B answers with errors'],
    ['its gaps leave nothing', 'shop-down', { title: '{duration}', body: ' ' }, 'draft 1 minute'],
  ])('says the usual words where %s', async (_, key, words, title) => {
    await using on = await opened(key, words)
    expect(on.title).toBe(title)
    const own = /do not work \(Critical\)/
    expect(on.body).toMatch(words.title === '' ? own : /^B has been answering with errors/)
  })

  test('speaks the language of the page', async () => {
    await using on = await opened('none', {}, 'de')
    expect(on.body).toMatch(
      /^B antwortet seit \d\d:\d\d MEZ mit Fehlern\. Eine Nutzung ist derzeit nicht möglich\. Davon ebenfalls betroffen: A\. Wir untersuchen die Ursache\.$/,
    )
    expect(await liveAlerts(on)).toEqual(['B answers with errors (A)'])
  })
})
