import { expect } from 'vitest'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab } from './lab.ts'
import { scenario } from './scenario.ts'

const ways = [
  ['alone', false, 1],
  ['with all its batch', true, 1 + 100],
] as const

for (const [how, isStrict, requests] of ways)
  scenario(10, `one invalid address among a hundred, refused ${how}`, async (context) => {
    const batches = size(2, 10)
    await using lab = await openLab({ mails: 100 * batches, speed: 4, isStrict })
    await lab.look("UPDATE subscribers SET address = 'nobody at all' WHERE seq = 42")
    const service = await lab.start()
    await lab.open(service)
    await expectInvariants(context, lab, { excused: ['nobody at all'] })
    expect(lab.told('mail').size).toBe(lab.mails - 1)
    expect(lab.office.begun('mail'), 'nothing is tried again').toBe(requests + batches - 1)
    const failed = await lab.look("SELECT subscriber_seq FROM deliveries WHERE state = 'failed'")
    expect(failed).toEqual([{ subscriber_seq: 42 }])
  })
