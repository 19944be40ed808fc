import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import {
  beginHistory,
  interrupt,
  settle,
  situations,
} from '../../../../api/actions/components/components.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { ComponentStatus } from '../../../../api/domain/words.ts'
import {
  components,
  componentStatusIntervals,
  incidentComponents,
  incidents,
} from '../../../../db/schema.ts'
import { historyOf, probedShop, statusOfComponent } from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'

/** Settles the checkout as if a probe had said so since a moment. */
async function turn(deps: Deps, status: ComponentStatus, since: number) {
  const [situation] = await situations(deps, [shop.checkout])
  const byProbe = new Map([['probe', { status, since }]])
  await deps.db.write(settle(deps, { ...situation!, byProbe }, since))
}

describe('the history of a component', () => {
  test('follows its status without a hole and without an overlap', async () => {
    await using on = await probedShop()
    const start = on.clock.now()
    on.clock.advance(60_000)
    await turn(on.deps, 'major_outage', start + 40_000)
    on.clock.advance(60_000)
    await turn(on.deps, 'operational', start + 110_000)
    expect(await historyOf(on.deps, start)).toEqual([
      'operational 0-40',
      'major_outage 40-110',
      'operational 110-',
    ])
  })

  test('never reaches back behind the running interval', async () => {
    await using on = await probedShop()
    const start = on.clock.now()
    on.clock.advance(60_000)
    await turn(on.deps, 'degraded_performance', start + 50_000)
    await turn(on.deps, 'major_outage', start + 20_000)
    expect(await historyOf(on.deps, start)).toEqual([
      'operational 0-50',
      'degraded_performance 50-50',
      'major_outage 50-',
    ])
  })

  test('does not grow when the status stays', async () => {
    await using on = await probedShop()
    await turn(on.deps, 'operational', on.clock.now())
    expect(await historyOf(on.deps, on.clock.now())).toEqual(['operational 0-'])
  })

  test('of two who settle at once only one is saved; the other has to look again', async () => {
    await using on = await probedShop()
    const runs = await Promise.allSettled([
      turn(on.deps, 'major_outage', on.clock.now()),
      turn(on.deps, 'partial_outage', on.clock.now()),
    ])
    expect(runs.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const history = await historyOf(on.deps, on.clock.now())
    expect(history.at(-1)).toBe(`${await statusOfComponent(on.deps)} 0-`)
  })

  test('begins once, when the component does', async () => {
    await using on = await probedShop()
    await on.deps.db.delete(componentStatusIntervals)
    const at = on.clock.now()
    for (const _ of [1, 2])
      await on.deps.db.write([beginHistory(on.deps, [shop.checkout, shop.search], at)])
    expect(await historyOf(on.deps, at)).toEqual(['operational 0-'])
    expect(await historyOf(on.deps, at, shop.search)).toEqual(['operational 0-'])
  })
})

const held = sql`true`
const gap = (start: number) => ({ from: start + 60_000, to: start + 90_000 })

describe('when nobody looked', () => {
  test('the history has a hole, once, however many probes notice', async () => {
    await using on = await probedShop()
    const start = on.clock.now()
    await on.deps.db.write(interrupt(on.deps, shop.checkout, gap(start), held))
    const later = { from: start + 61_000, to: start + 95_000 }
    await on.deps.db.write(interrupt(on.deps, shop.checkout, later, held))
    expect(await historyOf(on.deps, start)).toEqual(['operational 0-60', 'operational 90-'])
    expect(await historyOf(on.deps, start, shop.search)).toEqual(['operational 0-'])
  })

  test('the word of an operator goes on', async () => {
    await using on = await probedShop()
    const start = on.clock.now()
    const dated = { createdAt: start, updatedAt: start }
    await on.deps.db.update(components).set({ declaredStatus: 'operational', declaredAt: start })
    await on.deps.db.write(interrupt(on.deps, shop.search, gap(start), held))
    expect(await historyOf(on.deps, start, shop.search)).toEqual(['operational 0-'])

    await on.deps.db.update(components).set({ declaredStatus: null })
    await on.deps.db.write([
      on.deps.db.insert(incidents).values({
        id: 'incident0000',
        name: 'Slow',
        status: 'investigating',
        impact: 'minor',
        startedAt: start,
        ...dated,
      }),
      on.deps.db.insert(incidentComponents).values({
        incidentId: 'incident0000',
        componentId: shop.checkout,
        status: 'degraded_performance',
        since: start,
      }),
    ])
    await on.deps.db.write(interrupt(on.deps, shop.checkout, gap(start), held))
    expect(await historyOf(on.deps, start)).toEqual(['operational 0-'])
  })
})
