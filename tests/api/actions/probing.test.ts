import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { runDueProbes, startDueProbes } from '../../../api/actions/probing.ts'
import { pauseProbe, updateProbe } from '../../../api/actions/probes.ts'
import { DomainError } from '../../../api/domain/error.ts'
import { alerts, auditLog, documents, sampleBuckets } from '../../../db/schema.ts'
import type { Statement } from '../../../db/client.ts'
import {
  addProbe,
  broken,
  checks,
  findProbe,
  historyOf,
  ok,
  probedShop,
  silent,
  slow,
  statusOfComponent,
  urlOf,
} from '../../support/probed.ts'
import { shop } from '../../support/shop.ts'

const operator = { id: 'op', requestId: null }
const statuses = async (on: Awaited<ReturnType<typeof probedShop>>) =>
  on.deps.db
    .select({ title: alerts.title, status: alerts.status, severity: alerts.severity })
    .from(alerts)

describe('who is asked', () => {
  test('is due, is not paused, and is asked once by two that come at once', async () => {
    await using on = await probedShop()
    for (let i = 0; i < 20; i++) await addProbe(on.deps, `p${i}`)
    const late = await addProbe(on.deps, 'late')
    await pauseProbe(on.deps, operator, late.id, true)
    const runs = await Promise.all([runDueProbes(on.deps), runDueProbes(on.deps)])
    expect(runs[0].checked + runs[1].checked).toBe(20)
    expect(new Set(on.asked.map(({ url }) => url)).size).toBe(20)
    expect(on.asked).toHaveLength(20)
    expect(await runDueProbes(on.deps)).toEqual({ checked: 0, flipped: 0 })
  })

  test('gets the question as it is set', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'p', {
      method: 'HEAD',
      headers: { 'x-token': 's3' },
      expectStatus: [204],
      expectText: 'fine',
      timeoutMs: 700,
    })
    await runDueProbes(on.deps)
    expect(on.asked).toEqual([
      {
        url: urlOf('p'),
        method: 'HEAD',
        timeout_ms: 700,
        expect_status: [204],
        expect_text: 'fine',
        headers: { 'x-token': 's3' },
      },
    ])
  })

  test('is asked on its dot when it was claimed ahead', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'now')
    on.clock.advance(400)
    await addProbe(on.deps, 'soon')
    on.clock.advance(-400)
    const round = await startDueProbes(on.deps, { ahead: 1000 })
    expect(round.asked).toBe(2)
    await Promise.resolve()
    expect(on.asked.map(({ url }) => url)).toEqual([urlOf('now')])
    on.clock.advance(400)
    await round.done
    expect(on.asked.map(({ url }) => url)).toEqual([urlOf('now'), urlOf('soon')])
  })

  test('never more than 50 at once in one round', async () => {
    await using on = await probedShop()
    let asking = 0
    let most = 0
    for (let i = 0; i < 120; i++) {
      await addProbe(on.deps, `p${i}`)
      on.answers.set(urlOf(`p${i}`), async () => {
        most = Math.max(most, ++asking)
        await new Promise((resolve) => setImmediate(resolve))
        asking--
        return ok
      })
    }
    expect(await runDueProbes(on.deps)).toEqual({ checked: 120, flipped: 0 })
    expect(most).toBe(50)
  })

  test('answers of the quick ones are saved while a slow one is awaited', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'quick')
    await addProbe(on.deps, 'hanging')
    const { promise, resolve: answer } = Promise.withResolvers<typeof ok>()
    on.answers.set(urlOf('hanging'), () => promise)
    const { done } = await startDueProbes(on.deps)
    await new Promise((resolve) => setImmediate(resolve))
    on.clock.advance(250)
    await expect.poll(async () => (await findProbe(on.deps, 'quick')).state).toBe('up')
    expect((await findProbe(on.deps, 'hanging')).state).toBe('unknown')
    answer(ok)
    on.clock.advance(250)
    expect(await done).toEqual({ checked: 2, flipped: 0 })
  })
})

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

const publicly = async () => {
  const on = await probedShop()
  await addProbe(on.deps, 'p', { opensIncident: 'public', severity: 'SEV-1' })
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
      /^Our monitoring noticed this at \d\d:\d\d \S+\. We are investigating\.$/,
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

test('what we refuse to ask is no data, but the reason is kept', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p')
  const reason = '10.0.0.1 is not a public address and is not allowed'
  on.answers.set(urlOf('p'), { outcome: 'refused', latency_ms: 0, status: null, reason })
  await checks(on, 5)
  expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'unknown', lastReason: reason })
  expect(await on.deps.db.select().from(sampleBuckets)).toEqual([])
})

describe('nobody looked', () => {
  test('while the process slept: a hole in the history, and no outage', async () => {
    await using on = await probedShop()
    const start = on.clock.now()
    await addProbe(on.deps, 'p')
    await checks(on)
    on.answers.set(urlOf('p'), silent)
    await checks(on, 2)
    const seen = (on.clock.now() - start) / 1000
    on.clock.advance(3_600_000)
    await checks(on)
    expect((await findProbe(on.deps, 'p')).state).toBe('up')
    const woke = (on.clock.now() - start) / 1000
    expect(await historyOf(on.deps, start)).toEqual([
      `operational 0-${seen + 30}`,
      `operational ${woke}-`,
    ])
    await checks(on, 2)
    expect((await findProbe(on.deps, 'p')).state).toBe('down')
    expect((await historyOf(on.deps, start)).at(-1)).toBe(`major_outage ${woke}-`)
  })
})

test('a database that fails while saving is never an outage: the check is made again', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p', { failureThreshold: 1 })
  on.answers.set(urlOf('p'), broken)
  const { write } = on.deps.db
  on.deps.db.write = () => Promise.reject(new DomainError('unavailable', 'disk full'))
  await expect(runDueProbes(on.deps)).rejects.toThrow('disk full')
  on.deps.db.write = write
  expect((await findProbe(on.deps, 'p')).state).toBe('unknown')
  expect(await statusOfComponent(on.deps)).toBe('operational')
  expect(await runDueProbes(on.deps)).toEqual({ checked: 0, flipped: 0 })
  on.clock.advance(60_000)
  expect(await runDueProbes(on.deps)).toEqual({ checked: 1, flipped: 1 })
})

/** Claims the probe and leaves its question open until it is answered. */
async function askSlowly(on: Awaited<ReturnType<typeof probedShop>>) {
  const { promise, resolve } = Promise.withResolvers<typeof ok>()
  on.answers.set(urlOf('p'), () => promise)
  const { done, asked } = await startDueProbes(on.deps)
  expect(asked).toBe(1)
  await new Promise((next) => setImmediate(next))
  return (answer: typeof ok) => {
    resolve(answer)
    on.clock.advance(250)
    return done
  }
}

describe.each([
  ['of a failure that is enough', 1],
  ['of a failure that is not', 3],
])('an answer %s is forgotten', (_, failureThreshold) => {
  const nothing = { failures: 0, lastReason: '' }

  test('when the settings have changed meanwhile', async () => {
    await using on = await probedShop()
    const { id } = await addProbe(on.deps, 'p', { failureThreshold })
    const answer = await askSlowly(on)
    await updateProbe(on.deps, operator, id, { expectText: 'fine' })
    expect((await answer(broken)).flipped).toBe(0)
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'unknown', ...nothing })
    expect(await on.deps.db.select().from(sampleBuckets)).toEqual([])
  })

  test('when its lease has ended and the next check is under way', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'p', { failureThreshold })
    const answer = await askSlowly(on)
    on.clock.advance(120_000)
    const answerAgain = await askSlowly(on)
    expect((await answer(broken)).flipped).toBe(0)
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'unknown', ...nothing })
    await answerAgain(ok)
    expect((await findProbe(on.deps, 'p')).state).toBe('up')
    const counted = await on.deps.db.select().from(sampleBuckets)
    expect(counted.map(({ ok, failed }) => [ok, failed])).toEqual([[1, 0]])
  })
})

test('a batch that fails in the middle leaves nothing of a flip behind', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p', { failureThreshold: 1 })
  on.answers.set(urlOf('p'), broken)
  const { write } = on.deps.db
  on.deps.db.write = (statements: Statement[]) =>
    write([...statements, on.deps.db.run('INSERT INTO page (id) VALUES (NULL)')])
  await expect(runDueProbes(on.deps)).rejects.toThrow()
  on.deps.db.write = write
  expect(await on.deps.db.query.incidents.findMany()).toEqual([])
  expect(await on.deps.db.select().from(alerts)).toEqual([])
  expect(await statusOfComponent(on.deps)).toBe('operational')
})
