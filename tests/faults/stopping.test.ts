import { expect } from 'vitest'
import { eventually, type Service } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { pause } from './waiting.ts'

const LANES = 4
/** How long the lab's clocks may go on after a service was told to end. */
const GRACE = 10_000
/** Real milliseconds that a process needs to end after its grace. */
const OWN_TIME = 3_000

scenario(22, 'SIGTERM while everybody is told', async (context) => {
  await using lab = await openLab({ mails: size(1_500, 2_500), texts: 60, posts: 20, speed: 2 })
  const service = await lab.start()
  let ending: Promise<Ended> | undefined
  const reached = lab.office.stepIn('mail', 3, 'before', async () => {
    ending = end(lab, service)
    await pause(300)
  })
  await lab.open(service)
  await reached
  await expectGoodOrder(lab, await ending!)
  // The signal needs a moment, and so does what was claimed before it.
  expect(lab.office.begun('mail'), 'nothing new is begun').toBeLessThanOrEqual(3 + 2 * LANES)
  await service.restart()
  await expectInvariants(context, lab)
})

scenario(
  22,
  'SIGTERM while a provider says nothing',
  async (context) => {
    await using lab = await openLab({ mails: 300, texts: 3 })
    lab.sandbox.faults.set('resend', 'hang_after', 1)
    lab.sandbox.faults.set('twilio', 'hang_after', 1)
    const service = await lab.start()
    await lab.open(service)
    await eventually('both say nothing', async () =>
      (['mail', 'text'] as const).every((kind) => lab.told(kind).size > 0),
    )
    await expectGoodOrder(lab, await end(lab, service))
    await service.restart()
    await expectInvariants(context, lab)
  },
  { onlyFull: true },
)

type Ended = { exit: number | null; took: number }

async function end(lab: Lab, service: Service): Promise<Ended> {
  const began = lab.now()
  return { exit: await service.kill('SIGTERM'), took: lab.now() - began }
}

async function expectGoodOrder(lab: Lab, { exit, took }: Ended): Promise<void> {
  expect(exit).toBe(0)
  expect(took).toBeLessThan(GRACE + OWN_TIME * lab.speed)
  const held = 'SELECT count(*) AS n FROM batches WHERE leased_until IS NOT NULL'
  expect(await lab.look(held), 'no lease is left').toEqual([{ n: 0 }])
}
