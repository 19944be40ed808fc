import { expect } from 'vitest'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { pause } from './waiting.ts'

const MINUTE = 60_000

const jumps = [
  ['forward', 10 * MINUTE],
  ['back', -10 * MINUTE],
] as const

for (const [way, by] of jumps)
  scenario(14, `a clock that is set ten minutes ${way} in the middle`, async (context) => {
    await using lab = await openLab({ mails: size(1_000, 5_000), texts: 20, speed: 8 })
    const service = await lab.start()
    await lab.start()
    await lab.open(service)
    await lab.office.stepIn('mail', 3, 'before', async () => {
      await lab.jump(by)
      await pause(200)
    })
    await lab.office.stepIn('text', 3, 'after', () => lab.jump(-by))
    await eventually('everybody hears of it', async () => lab.told('mail').size === lab.mails, 60)
    await expectInvariants(context, lab)
    expect([...lab.told('text').values()].every((copies) => copies === 1)).toBe(true)
  })
