import { expect, test } from 'vitest'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, pause, seeded } from './lab.ts'

const MINUTE = 60_000

test.for([
  ['forward', 10 * MINUTE],
  ['back', -10 * MINUTE],
] as const)(
  `a clock that is set ten minutes %s in the middle tells nobody twice and starves nobody ${seeded}`,
  { timeout: 120_000 },
  async ([, by], context) => {
    await using lab = await openLab({ mails: size(1_000, 5_000), texts: 20, speed: 8 })
    const service = await lab.start()
    await lab.start()
    await lab.open(service)
    await lab.office.stepIn('mail', 3, 'before', async () => {
      await lab.jump(by)
      await pause(200)
    })
    await lab.office.stepIn('text', 3, 'after', () => lab.jump(-by))
    await eventually('everybody hears of it', async () => lab.told('mail').size === lab.mails, 30)
    await expectInvariants(context, lab, { within: 60 })
    expect([...lab.told('text').values()].every((copies) => copies === 1)).toBe(true)
  },
)
