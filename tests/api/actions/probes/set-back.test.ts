import { expect, test } from 'vitest'
import { runDueProbes } from '../../../../api/actions/probes/probing.ts'
import { HOUR, SECOND } from '../../../../api/domain/time.ts'
import { addProbe, broken, historyOf, probedShop, urlOf } from '../../../support/probed.ts'

test('an outage after the clock was set back is counted as long as it lasted', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'a')
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      on.clock.advance(SECOND)
      await runDueProbes(on.deps)
    }
  }
  await pass(60)
  on.clock.advance(-HOUR)
  await pass(60)
  const since = on.clock.now()
  on.answers.set(urlOf('a'), broken)
  await pass(120)
  on.answers.clear()
  await pass(60)
  const history = (await historyOf(on.deps, since)).map((one) => one.split(/ |(?<=\d)-/))
  expect(history.map(([status]) => status)).toEqual(['operational', 'major_outage', 'operational'])
  const [, [, from, to] = []] = history
  expect(Number(from)).toBeLessThan(31)
  expect(Number(to) - Number(from)).toBeGreaterThan(80)
})
