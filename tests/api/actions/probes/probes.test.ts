import { expect, test } from 'vitest'
import {
  createProbe,
  listProbes,
  pauseProbe,
  updateProbe,
} from '../../../../api/actions/probes/probes.ts'
import { alerts, auditLog } from '../../../../db/schema.ts'
import {
  addProbe,
  broken,
  checks,
  findProbe,
  historyOf,
  probedShop,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'

const operator = { id: 'op', requestId: 'r1' }
const health = {
  key: 'health',
  component: shop.checkout,
  kind: 'http',
  question: { url: 'https://shop.example/health' },
} as const

test('a new probe has the usual settings, is due at once, and is on record', async () => {
  await using on = await probedShop()
  const probe = await createProbe(on.deps, operator, health)
  expect(await listProbes(on.deps)).toEqual([probe])
  expect(probe).toMatchObject({
    intervalMs: 30_000,
    recheckMs: 10_000,
    timeoutMs: 10_000,
    failureThreshold: 3,
    successThreshold: 2,
    opensIncident: 'draft',
    statusWhenDown: 'major_outage',
    state: 'unknown',
  })
  expect((await findProbe(on.deps, probe.key)).nextAt).toBe(on.clock.now())
  expect(await on.deps.db.select().from(auditLog)).toMatchObject([
    { actor: 'op', action: 'probe.create', object: `probes/${probe.id}`, requestId: 'r1' },
  ])
  await expect(createProbe(on.deps, operator, health)).rejects.toMatchObject({ code: 'conflict' })
})

test('a short interval shortens what must fit into it', async () => {
  await using on = await probedShop()
  const probe = await createProbe(on.deps, operator, { ...health, intervalMs: 2000 })
  expect(probe).toMatchObject({ recheckMs: 2000, timeoutMs: 2000 })
})

test.each([
  ['a component that does not exist', { component: 'nobody' }, 'component'],
  ['a URL of another scheme', { question: { url: 'ftp://shop.example' } }, 'url'],
  ['a URL that is none', { question: { url: 'shop' } }, 'url'],
  ['a password in the URL', { question: { url: 'https://me:pw@shop.example' } }, 'url'],
  ['too short an interval', { intervalMs: 10 }, 'interval_ms'],
  ['a re-check slower than the interval', { recheckMs: 60_000 }, 'recheck_ms'],
  ['a timeout longer than the interval', { timeoutMs: 60_000 }, 'timeout_ms'],
  ['no failure at all', { failureThreshold: 0 }, 'failure_threshold'],
  ['no success at all', { successThreshold: 0 }, 'success_threshold'],
  ['a latency that nothing meets', { degradedMs: 0 }, 'degraded_ms'],
])('%s is refused, and nothing is saved', async (_, given, path) => {
  await using on = await probedShop()
  await expect(createProbe(on.deps, operator, { ...health, ...given })).rejects.toMatchObject({
    code: 'invalid',
    fields: expect.arrayContaining([expect.objectContaining({ path })]),
  })
  expect(await listProbes(on.deps)).toEqual([])
})

test('changed settings count at once, for the component too', async () => {
  await using on = await probedShop()
  const { id } = await addProbe(on.deps, 'p')
  on.answers.set(urlOf('p'), broken)
  await checks(on, 3)
  expect(await statusOfComponent(on.deps)).toBe('major_outage')
  await updateProbe(on.deps, operator, id, { statusWhenDown: 'partial_outage', intervalMs: 60_000 })
  expect(await statusOfComponent(on.deps)).toBe('partial_outage')
  expect(await findProbe(on.deps, 'p')).toMatchObject({
    state: 'down',
    intervalMs: 60_000,
    nextAt: on.clock.now(),
  })
  await expect(updateProbe(on.deps, operator, id, { timeoutMs: 1 })).rejects.toMatchObject({
    code: 'invalid',
  })
  await expect(updateProbe(on.deps, operator, 'nobody', {})).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a paused probe has no say and is not asked; resumed, it begins anew', async () => {
  await using on = await probedShop()
  const { id } = await addProbe(on.deps, 'p')
  on.answers.set(urlOf('p'), broken)
  await checks(on, 3)
  await pauseProbe(on.deps, operator, id, true)
  expect(await statusOfComponent(on.deps)).toBe('operational')
  expect((await on.deps.db.select().from(alerts)).map(({ status }) => status)).toEqual(['resolved'])
  on.asked.length = 0
  on.clock.advance(600_000)
  expect(await findProbe(on.deps, 'p')).toMatchObject({ paused: true, state: 'unknown' })
  await pauseProbe(on.deps, operator, id, false)
  const resumed = on.clock.now()
  await checks(on, 3)
  expect(on.asked).toHaveLength(3)
  expect(await statusOfComponent(on.deps)).toBe('major_outage')
  expect((await historyOf(on.deps, resumed)).at(-1)).toBe('major_outage 0-')
})

test('pausing twice at once is pausing', async () => {
  await using on = await probedShop()
  const { id } = await addProbe(on.deps, 'p')
  await Promise.all([1, 2, 3].map(() => pauseProbe(on.deps, operator, id, true)))
  expect(await findProbe(on.deps, 'p')).toMatchObject({ paused: true })
})
