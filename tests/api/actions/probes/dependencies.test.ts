import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { listAlerts } from '../../../../api/actions/alerts/listing.ts'
import { setAlertStatus } from '../../../../api/actions/alerts/moving.ts'
import { updateComponent } from '../../../../api/actions/components/catalog.ts'
import { amendIncident, publishDraft } from '../../../../api/actions/incidents/drafts.ts'
import { tellLeftAlone } from '../../../../api/actions/probes/left-alone.ts'
import { pauseProbe, updateProbe } from '../../../../api/actions/probes/probes.ts'
import { runDueProbes } from '../../../../api/actions/probes/probing.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import { alerts, auditLog, incidents, watches } from '../../../../db/schema.ts'
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
import { broken, checks, findProbe, statusOfComponent, urlOf } from '../../../support/probed.ts'
import { operator } from '../../../support/telling.ts'
import { anotherProcess } from '../../../support/watching.ts'

describe('one root cause is one alert and one draft', () => {
  test('that name what it drags down, whose status changes all the same', async () => {
    await using on = await tiedShop('a>b')
    await fall(on, 'b', 'a')
    expect(await statusOfComponent(on.deps, 'a')).toBe('major_outage')
    expect(await liveAlerts(on)).toEqual(['B answers with errors (A)'])
    expect(await openOnes(on)).toEqual([
      'draft B answers with errors: a major_outage, b major_outage',
    ])
    expect(await wordsOf(on)).toMatch(
      /^B has been answering with errors since \d\d:\d\d CET\. It cannot be used at the moment\. This also affects A\. We are investigating\.$/,
    )
    const { alerts: listed } = await listAlerts(on.deps, { page: 1, limit: 10 })
    expect(listed.map(({ detail }) => detail)).toEqual([`${broken.reason}. It drags down A.`])
  })

  test('and let go of what is well again', async () => {
    await using on = await tiedShop('a>c b>c')
    await fall(on, 'c', 'b', 'a')
    expect(await liveAlerts(on)).toEqual(['C answers with errors (A and B)'])
    await heal(on, 'a')
    expect(await liveAlerts(on)).toEqual(['C answers with errors (B)'])
    expect(await openOnes(on)).toEqual([
      'draft C answers with errors: b major_outage, c major_outage',
    ])
    expect(await wordsOf(on)).toContain('moment. This also affects B. We')
    await heal(on, 'b')
    expect(await liveAlerts(on)).toEqual(['C answers with errors'])
    expect(await wordsOf(on)).toContain('moment. We are investigating.')
  })

  test.each<[string, string, string[], string]>([
    ['a chain', 'a>b b>c', ['c', 'b', 'a'], 'C answers with errors (A and B)'],
    ['a chain whose middle works', 'a>b b>c', ['c', 'a'], 'C answers with errors (A)'],
    [
      'a chain that falls from its end',
      'a>b b>c',
      ['a', 'b', 'c'],
      'C answers with errors (A and B)',
    ],
    ['a diamond', 'a>b a>c b>d c>d', ['d', 'a', 'c', 'b'], 'D answers with errors (A, B and C)'],
    [
      'a diamond the other way round',
      'a>b a>c b>d c>d',
      ['a', 'b', 'c', 'd'],
      'D answers with errors (A, B and C)',
    ],
  ])('along %s', async (_, arrows, order, alert) => {
    await using on = await tiedShop(arrows, { d: { intervalMs: 20_000 } })
    for (const key of order) await fall(on, key)
    expect(await liveAlerts(on)).toEqual([alert])
    const [incident, ...others] = await openOnes(on)
    expect(others).toEqual([])
    expect(incident).toBe(
      `draft ${alert.split(' (')[0]}: ${order
        .toSorted()
        .map((key) => `${key} major_outage`)
        .join(', ')}`,
    )
  })

  test('however many there are, the alert and the draft stay short', async () => {
    const keys = Array.from('abcdefghijkl')
    await using on = await tiedShop(keys.map((key) => `${key}>z`).join(' '))
    await fall(on, 'z', ...keys)
    expect(await liveAlerts(on)).toEqual([
      'Z answers with errors (A, B, C, D, E, F, G, H and 4 more)',
    ])
    expect(await wordsOf(on)).toContain('This also affects A, B, C, D, E, F, G, H and 4 more. We')
    expect((await openOnes(on))[0]!.split(', ')).toHaveLength(13)
  })

  test('of two roots each names it, until its own is well', async () => {
    await using on = await tiedShop('a>b a>c')
    await fall(on, 'b', 'c', 'a')
    expect(await liveAlerts(on)).toEqual(['B answers with errors (A)', 'C answers with errors (A)'])
    expect(await openOnes(on)).toEqual([
      'draft B answers with errors: a major_outage, b major_outage',
      'draft C answers with errors: a major_outage, c major_outage',
    ])
    await heal(on, 'b')
    await pass(on, 3 * MINUTE)
    expect(await liveAlerts(on)).toEqual(['C answers with errors (A)'])
  })

  test('what fell longer ago than its root stays told, and is no root itself', async () => {
    await using on = await tiedShop('a>b b>c')
    await fall(on, 'b')
    await pass(on, 90_000)
    await fall(on, 'c', 'a')
    expect(await liveAlerts(on)).toEqual([
      'B answers with errors (A)',
      'C answers with errors (A and B)',
    ])
    expect(await openOnes(on)).toEqual([
      'draft B answers with errors: b major_outage',
      'draft C answers with errors: a major_outage, c major_outage',
    ])
  })

  test('what has nothing to do with it is told on its own', async () => {
    await using on = await tiedShop('a>b c>d')
    await fall(on, 'b', 'c', 'a')
    expect(await liveAlerts(on)).toEqual(['B answers with errors (A)', 'C answers with errors'])
  })

  test('a root that is only slow drags nothing down', async () => {
    await using on = await tiedShop('a>b')
    on.answers.set(urlOf('b'), { ...broken, outcome: 'ok', latency_ms: 3000, status: 200 })
    await checks(on, 6)
    await fall(on, 'a')
    expect(await liveAlerts(on)).toEqual(['A answers with errors', 'B answers slowly'])
  })
})

describe('what falls before its root', () => {
  test('is folded into it within a minute, and its draft withdrawn', async () => {
    await using on = await tiedShop('a>b')
    await fall(on, 'a')
    expect(await openOnes(on)).toEqual(['draft A answers with errors: a major_outage'])
    await fall(on, 'b')
    expect(await liveAlerts(on)).toEqual(['B answers with errors (A)'])
    expect(await openOnes(on)).toEqual([
      'draft B answers with errors: a major_outage, b major_outage',
    ])
    expect(await wordsOf(on)).toContain('This also affects A.')
    const past = await on.deps.db.select().from(alerts).where(eq(alerts.status, 'resolved'))
    expect(past).toMatchObject([
      { resolvedBy: 'probe', reason: 'a part of “B answers with errors”' },
    ])
    const log = await on.deps.db.select().from(auditLog)
    expect(log.map(({ action }) => action)).toContain('incident.discard')
  })

  test('stays told on its own after a minute', async () => {
    await using on = await tiedShop('a>b')
    await fall(on, 'a')
    await pass(on, 90_000)
    await fall(on, 'b')
    expect(await liveAlerts(on)).toEqual(['A answers with errors', 'B answers with errors (A)'])
    expect(await openOnes(on)).toHaveLength(2)
  })

  test('stays when a person is looking after it', async () => {
    await using on = await tiedShop('a>b')
    await fall(on, 'a')
    const [alert] = await on.deps.db.select().from(alerts)
    await setAlertStatus(on.deps, operator, alert!.id, 'acknowledged', '')
    await fall(on, 'b')
    expect(await liveAlerts(on)).toEqual(['A answers with errors', 'B answers with errors (A)'])
    expect(await openOnes(on)).toHaveLength(2)
  })

  test('keeps a draft that a person has touched', async () => {
    await using on = await tiedShop('a>b')
    await fall(on, 'a')
    on.clock.advance(1000)
    const [draft] = await on.deps.db.select().from(incidents)
    await amendIncident(on.deps, operator, draft!.id, { name: 'Paying fails' })
    await fall(on, 'b')
    expect(await liveAlerts(on)).toEqual(['B answers with errors (A)'])
    expect(await openOnes(on)).toEqual([
      'draft B answers with errors: a major_outage, b major_outage',
      'draft Paying fails: a major_outage',
    ])
  })

  test.each([
    ['a', 'b', 0],
    ['b', 'a', 1],
  ])(
    'is a part of it when %s is saved just after %s, of which it knew nothing',
    async (late, early, found) => {
      await using on = await tiedShop('a>b')
      await failAtOnce(on, late, early)
      expect(await tellLeftAlone(on.deps)).toEqual({ told: 0, folded: found })
      expect(await liveAlerts(on)).toEqual(['B answers with errors (A)'])
      expect(await openOnes(on)).toEqual([
        'draft B answers with errors: a major_outage, b major_outage',
      ])
    },
  )

  test('keeps its draft where the root has no words to take over', async () => {
    await using on = await tiedShop('a>b', { b: { opensIncident: 'no' } })
    await failAtOnce(on, 'b', 'a')
    await tellLeftAlone(on.deps)
    expect(await liveAlerts(on)).toEqual(['B answers with errors (A)'])
    expect(await openOnes(on)).toEqual(['draft A answers with errors: a major_outage'])
  })
})

/** What falls late is decided before, and saved after, what falls early. */
async function failAtOnce(on: Chain, late: string, early: string) {
  let isSaved = false
  const other = await anotherProcess(on, {
    async before(statements) {
      if (isSaved || !statements.some(({ sql }) => /INSERT INTO "alerts"/.test(sql))) return
      isSaved = true
      await failNow(on, early)
    },
  })
  await failNow(on, late, other)
  other.db.close()
  expect(isSaved).toBe(true)
}

/** Is asked at once, alone, and fails. */
async function failNow(on: Chain, key: string, deps = on.deps) {
  const now = on.clock.now()
  on.answers.set(urlOf(key), broken)
  const { id } = await findProbe(deps, key)
  await on.deps.db.update(watches).set({ nextAt: now + MINUTE })
  await on.deps.db.update(watches).set({ nextAt: now }).where(eq(watches.probeId, id))
  await runDueProbes(deps)
}

const alone = ['A still does not work']

describe('what still fails when its root is well', () => {
  test('is told on its own once it had the time to recover, and no longer as a part', async () => {
    await using on = await tiedShop('a>b')
    await fall(on, 'b', 'a')
    await heal(on, 'b')
    await tellLeftAlone(on.deps)
    expect(await liveAlerts(on)).toEqual([])
    await pass(on, 2 * MINUTE)
    expect(await liveAlerts(on)).toEqual(alone)
    expect(await openOnes(on)).toEqual([
      'draft A still does not work: a major_outage',
      'draft B answers with errors: b major_outage',
    ])
    expect(await wordsOf(on)).toContain('What it depends on works again, but it does not.')
    await pass(on, 2 * MINUTE)
    expect(await on.deps.db.$count(alerts)).toBe(2)
    await heal(on, 'a')
    expect(await liveAlerts(on)).toEqual([])
  })

  test('is not told when it recovers with it', async () => {
    await using on = await tiedShop('a>b')
    await fall(on, 'b', 'a')
    await heal(on, 'b', 'a')
    await pass(on, 5 * MINUTE)
    expect(await on.deps.db.$count(alerts)).toBe(1)
    expect(await on.deps.db.$count(incidents)).toBe(1)
  })

  test('takes over what it drags down itself', async () => {
    await using on = await tiedShop('a>b b>c')
    await fall(on, 'c', 'b', 'a')
    await heal(on, 'c')
    await pass(on, 2 * MINUTE)
    expect(await liveAlerts(on)).toEqual(['B still does not work (A)'])
    expect(await openOnes(on)).toEqual([
      'draft B still does not work: a major_outage, b major_outage',
      'draft C answers with errors: c major_outage',
    ])
  })

  test('is told once by two processes', async () => {
    await using on = await tiedShop('a>b')
    const other = await anotherProcess(on)
    await fall(on, 'b', 'a')
    await heal(on, 'b')
    on.clock.advance(2 * MINUTE)
    await Promise.all([tellLeftAlone(on.deps), tellLeftAlone(other)])
    other.db.close()
    expect(await liveAlerts(on)).toEqual(alone)
    expect(await openOnes(on)).toHaveLength(2)
    const live = await on.deps.db.select().from(alerts).where(eq(alerts.status, 'open'))
    expect(live).toMatchObject([{ occurrences: 1 }])
  })

  test('stays silent where a person has called it done', async () => {
    await using on = await tiedShop('a>b')
    await fall(on, 'a')
    const [alert] = await on.deps.db.select().from(alerts)
    await setAlertStatus(on.deps, operator, alert!.id, 'resolved', 'known')
    await pass(on, 5 * MINUTE)
    expect(await liveAlerts(on)).toEqual([])
  })

  test.each<[string, (on: Chain) => Promise<unknown>]>([
    ['its root is not asked any more', ({ deps }) => pauseById(deps, 'b')],
    [
      'the probe of its root looks after something else',
      ({ deps }) => updateProbe(deps, operator, 'b', { component: 'checkout' }),
    ],
    [
      'it does not depend on it any more',
      ({ deps }) => updateComponent(deps, operator, 'a', { dependsOn: [] }),
    ],
  ])('is told when %s', async (_, change) => {
    await using on = await tiedShop('a>b')
    await fall(on, 'b', 'a')
    await change(on)
    await pass(on, 2 * MINUTE)
    expect(await liveAlerts(on)).toEqual(expect.arrayContaining(alone))
    expect(await openOnes(on)).toEqual(
      expect.arrayContaining(['draft A still does not work: a major_outage']),
    )
  })
})

const pauseById = (deps: Parameters<typeof pauseProbe>[0], key: string) =>
  pauseProbe(deps, operator, key, true)

describe('a root that is not asked', () => {
  test('drags nothing down while it is paused', async () => {
    await using on = await tiedShop('a>b')
    await fall(on, 'b')
    await pauseById(on.deps, 'b')
    await fall(on, 'a')
    expect(await liveAlerts(on)).toEqual(['A answers with errors'])
  })
})

test('a probe that opens no incident leaves the words to what it drags down, but not the alert', async () => {
  await using on = await tiedShop('a>b', { b: { opensIncident: 'no' } })
  await fall(on, 'b', 'a')
  expect(await liveAlerts(on)).toEqual(['B answers with errors (A)'])
  expect(await openOnes(on)).toEqual(['draft A answers with errors: a major_outage'])
})

test('a draft is published with what it drags down, and taken back of each as it recovers', async () => {
  await using on = await tiedShop('a>c b>c')
  await fall(on, 'c', 'a', 'b')
  await heal(on, 'b')
  const [draft] = await on.deps.db.select().from(incidents)
  await publishDraft(on.deps, operator, draft!.id, true)
  expect(await openOnes(on)).toEqual([
    'public C answers with errors: a major_outage, c major_outage',
  ])
  await heal(on, 'a')
  expect(await statusOfComponent(on.deps, 'a')).toBe('operational')
  expect(await statusOfComponent(on.deps, 'c')).toBe('major_outage')
  await heal(on, 'c')
  expect(await statusOfComponent(on.deps, 'c')).toBe('operational')
  expect(await openOnes(on)).toEqual(['public C answers with errors: a operational, c operational'])
})
