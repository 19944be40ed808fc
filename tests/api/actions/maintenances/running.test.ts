import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { incidents, incidentUpdates } from '../../../../db/schema.ts'
import { auditPage } from '../../../../api/actions/auditing/auditing.ts'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import { startMaintenance } from '../../../../api/actions/maintenances/moving.ts'
import { maintainDue } from '../../../../api/actions/maintenances/running.ts'
import type { Deps } from '../../../../api/deps.ts'
import { HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { kindsTold, planWork, told } from '../../../support/maintaining.ts'
import { onOneFile } from '../../../support/neighbours.ts'
import {
  addProbe,
  broken,
  checks,
  historyOf,
  probedShop,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'
import { shopWorld, subscribePeople } from '../../../support/shop.ts'
import { operator, tellingWorld, tick } from '../../../support/telling.ts'

async function stateOf(deps: Deps, id: string) {
  const [row] = await deps.db.select().from(incidents).where(eq(incidents.id, id))
  const { status, startedAt, resolvedAt } = row!
  return { status, startedAt, resolvedAt }
}

const later = (deps: Deps) => ({
  scheduledFor: deps.clock.now() + 2 * HOUR,
  scheduledUntil: deps.clock.now() + 3 * HOUR,
  remindMs: HOUR,
})

describe('a reminder', () => {
  test('is told once, at its time, without a word in the timeline', async () => {
    await using made = await shopWorld()
    const { deps, clock } = made
    await planWork(deps, later(deps))
    clock.advance(HOUR - SECOND)
    expect(await maintainDue(deps)).toBe(0)
    clock.advance(SECOND)
    expect(await maintainDue(deps)).toBe(1)
    expect(await maintainDue(deps)).toBe(0)
    expect(await kindsTold(deps)).toEqual(['scheduled', 'reminder'])
    expect(await deps.db.select().from(incidentUpdates)).toHaveLength(1)
  })

  test.each<[string, Parameters<typeof planWork>[1], string[]]>([
    ['that nobody wants', { tells: ['scheduled', 'started'] }, ['scheduled']],
    ['without a time', { remindMs: null }, ['scheduled']],
    ['of what was told just now', { remindMs: 3 * HOUR }, ['scheduled']],
    ['of what nobody was told yet', { remindMs: 3 * HOUR, notify: false }, ['reminder']],
  ])('%s', async (_, change, kinds) => {
    await using made = await shopWorld()
    const { deps, clock } = made
    await planWork(deps, { ...later(deps), ...change })
    clock.advance(90 * MINUTE)
    await maintainDue(deps)
    expect(await kindsTold(deps)).toEqual(kinds)
  })

  test('that was missed is not told once the work has begun', async () => {
    await using made = await shopWorld()
    const { deps, clock } = made
    const id = await planWork(deps, { ...later(deps), autoStart: false })
    clock.advance(2 * HOUR)
    expect(await maintainDue(deps)).toBe(0)
    await startMaintenance(deps, operator, id, told)
    expect(await maintainDue(deps)).toBe(0)
    expect(await kindsTold(deps)).toEqual(['scheduled', 'started'])
  })

  test('is told again of another time', async () => {
    await using made = await shopWorld()
    const { deps, clock } = made
    const id = await planWork(deps, later(deps))
    clock.advance(HOUR)
    await maintainDue(deps)
    const { remindMs: _, ...window } = later(deps)
    await rescheduleMaintenance(deps, operator, id, { ...window, ...told })
    expect(await maintainDue(deps)).toBe(0)
    clock.advance(HOUR)
    expect(await maintainDue(deps)).toBe(1)
    expect(await kindsTold(deps)).toEqual(['scheduled', 'reminder', 'moved', 'reminder'])
  })
})

describe('a maintenance that runs by itself', () => {
  test('starts and ends at its time', async () => {
    await using made = await shopWorld()
    const { deps, clock } = made
    const since = clock.now()
    const id = await planWork(deps)
    clock.advance(HOUR - SECOND)
    expect(await maintainDue(deps)).toBe(0)
    clock.advance(6 * SECOND)
    expect(await maintainDue(deps)).toBe(1)
    expect(await stateOf(deps, id)).toMatchObject({
      status: 'in_progress',
      startedAt: since + HOUR,
    })
    expect(await statusOfComponent(deps)).toBe('under_maintenance')
    clock.advance(HOUR)
    expect(await maintainDue(deps)).toBe(1)
    expect(await stateOf(deps, id)).toMatchObject({ status: 'completed', resolvedAt: clock.now() })
    expect(await historyOf(deps, since)).toEqual([
      'operational 0-3600',
      'under_maintenance 3600-7205',
      'operational 7205-',
    ])
    expect(await kindsTold(deps)).toEqual(['scheduled', 'started', 'completed'])
    expect(await maintainDue(deps)).toBe(0)
  })

  test.each([
    ['start', { autoStart: false }, 'scheduled', 'maintenance_unbegun'],
    ['end', { autoComplete: false }, 'in_progress', 'maintenance_overrun'],
  ])(
    'unless an operator is to %s it, who is told that it is late',
    async (_, plan, status, kind) => {
      await using made = await shopWorld()
      const { deps, clock } = made
      const id = await planWork(deps, plan)
      clock.advance(3 * HOUR)
      await maintainDue(deps)
      expect(await stateOf(deps, id)).toMatchObject({ status })
      const { findings } = await auditPage(deps)
      const late = { kind, href: `/operator/maintenances/${id}` }
      expect(findings).toContainEqual(expect.objectContaining(late))
    },
  )

  test('stays open while a probe of its components is down, and ends once that is well', async () => {
    await using on = await probedShop()
    const { deps, clock } = on
    await addProbe(deps, 'shop')
    await checks(on, 2)
    const id = await planWork(deps)
    clock.advance(HOUR)
    await maintainDue(deps)
    on.answers.set(urlOf('shop'), broken)
    await checks(on, 4)
    clock.advance(HOUR)
    expect(await maintainDue(deps)).toBe(0)
    expect(await stateOf(deps, id)).toMatchObject({ status: 'in_progress' })
    const kinds = (await auditPage(deps)).findings.map(({ kind }) => kind)
    expect(kinds).toContain('maintenance_overrun')
    on.answers.delete(urlOf('shop'))
    await checks(on, 3)
    expect(await maintainDue(deps)).toBe(1)
    expect(await stateOf(deps, id)).toMatchObject({ status: 'completed', resolvedAt: clock.now() })
  })

  test('does not end before its probes were asked how it went', async () => {
    await using on = await probedShop()
    const { deps, clock } = on
    await addProbe(deps, 'shop')
    await checks(on, 2)
    const id = await planWork(deps)
    clock.advance(3 * HOUR)
    expect(await maintainDue(deps)).toBe(1)
    expect(await stateOf(deps, id)).toMatchObject({ status: 'in_progress' })
    await checks(on, 1)
    expect(await maintainDue(deps)).toBe(1)
    expect(await stateOf(deps, id)).toMatchObject({ status: 'completed' })
  })

  test('began and ended while we slept: in turn, once, when it was planned', async () => {
    await using made = await shopWorld()
    const { deps, clock } = made
    const since = clock.now()
    const id = await planWork(deps, { remindMs: 30 * MINUTE })
    clock.advance(9 * HOUR)
    expect(await maintainDue(deps)).toBe(2)
    expect(await stateOf(deps, id)).toEqual({
      status: 'completed',
      startedAt: since + HOUR,
      resolvedAt: since + 2 * HOUR,
    })
    const said = await deps.db.select().from(incidentUpdates)
    expect(said.map(({ status }) => status)).toEqual(['scheduled', 'in_progress', 'completed'])
    expect(await kindsTold(deps)).toEqual(['scheduled', 'started', 'completed'])
    expect(await statusOfComponent(deps)).toBe('operational')
    expect(await maintainDue(deps)).toBe(0)
  })

  test('is reminded of, started and ended once by processes that do it at the same moment', async () => {
    await using made = await tellingWorld()
    await using neighbours = await onOneFile(made, 3)
    await subscribePeople(made.deps, 5)
    await planWork(made.deps, { remindMs: 30 * MINUTE })
    const together = async () => {
      const moves = await Promise.all(neighbours.all.map((deps) => maintainDue(deps)))
      await made.settled()
      await tick(made.deps)
      return moves.reduce((sum, count) => sum + count)
    }
    await together()
    made.clock.advance(30 * MINUTE)
    expect(await together()).toBe(1)
    made.clock.advance(30 * MINUTE)
    expect(await together()).toBe(1)
    made.clock.advance(HOUR)
    expect(await together()).toBe(1)
    const { mails } = made.post.sandbox
    expect(await kindsTold(made.deps)).toEqual(['scheduled', 'reminder', 'started', 'completed'])
    expect([...mails.recipients.values()]).toEqual([4, 4, 4, 4, 4])
    expect(mails.duplicates).toBe(0)
  })
})
