import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { runDueProbes, startDueProbes } from '../../../../api/actions/probes/probing.ts'
import { MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { alerts } from '../../../../db/schema.ts'
import {
  addProbe,
  checks,
  findProbe,
  probedShop,
  silent,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'

type Probed = Awaited<ReturnType<typeof probedShop>>

async function watched() {
  const on = await probedShop()
  await addProbe(on.deps, 'p')
  await checks(on, 3)
  return on
}

async function expectNothingSaid(on: Probed) {
  expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'up', failures: 0, flips: [] })
  expect(await statusOfComponent(on.deps)).toBe('operational')
  expect(await on.deps.db.select().from(alerts)).toEqual([])
  expect(await on.deps.db.query.incidents.findMany()).toEqual([])
}

test('a database that is locked for 10 seconds is no outage', async () => {
  await using on = await watched()
  on.clock.advance((await findProbe(on.deps, 'p')).nextAt - on.clock.now())
  const round = await startDueProbes(on.deps)
  const other = createClient({ url: `file:${join(on.dir, 'allclear.db')}` })
  const lock = await other.transaction('write')
  const failed = expect(round.done).rejects.toMatchObject({ code: 'unavailable' })
  for (const seconds of [1, 4, 5]) {
    on.clock.advance(seconds * SECOND)
    await runDueProbes(on.deps).catch(() => null)
  }
  await failed
  await lock.rollback()
  other.close()
  on.clock.advance(MINUTE)
  await checks(on, 3)
  await expectNothingSaid(on)
})

test.each([
  ['set ahead by 10 minutes', 10 * MINUTE],
  ['an hour later when the process wakes', 60 * MINUTE],
])('a clock that is %s is no outage, even between failures', async (_, jump) => {
  await using on = await watched()
  on.answers.set(urlOf('p'), silent)
  await checks(on, 2)
  on.clock.advance(jump)
  await runDueProbes(on.deps)
  await checks(on)
  expect((await findProbe(on.deps, 'p')).state).toBe('up')
  on.answers.clear()
  await checks(on, 3)
  await expectNothingSaid(on)
})

test('a clock that is set back by 10 minutes is no outage', async () => {
  await using on = await watched()
  on.answers.set(urlOf('p'), silent)
  await checks(on, 2)
  on.clock.advance(-10 * MINUTE)
  on.answers.clear()
  expect(await runDueProbes(on.deps)).toEqual({ checked: 1, flipped: 0 })
  await checks(on, 3)
  await expectNothingSaid(on)
})
