import { expect } from 'vitest'
import { resendApiKey } from '../support/sandbox.ts'
import type { Service } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { moveOn } from './waiting.ts'

/** Mails under way at once. */
const LANES = 4

scenario(
  9,
  'an account that is refused in the middle: another provider stands in',
  async (context) => {
    await using lab = await openLab({ mails: size(400, 1_000), speed: 4, hasRelay: true })
    lab.office.makeWeather((_, nth) => {
      if (nth === 4) lab.office.changeKey('re_another')
    })
    const service = await lab.start()
    await lab.open(service)
    await moveOn(lab)
    const accepted = lab.office.sendings.filter(({ status }) => status === 200).length
    expect(lab.sandbox.mails.total, 'what was sent before').toBe(accepted * 100)
    expect(lab.relay!.arrived.length, 'all the others').toBe(lab.mails - accepted * 100)
    await expectInvariants(context, lab)
  },
)

scenario(
  6,
  'silence of a provider moves nothing to another one',
  async (context) => {
    await using lab = await openLab({ mails: size(400, 1_000), speed: 10, hasRelay: true })
    // Every batch is accepted in silence once; all of them are repeated where they were.
    const batches = lab.mails / 100
    lab.sandbox.faults.set('resend', 'hang_after', Math.min(batches, 4))
    const service = await lab.start()
    await lab.open(service)
    await moveOn(lab)
    expect(lab.sandbox.mails.total).toBe(lab.mails)
    expect(lab.relay!.arrived.length, 'nothing moves').toBe(0)
    await expectInvariants(context, lab)
  },
  { onlyFull: true },
)

scenario(
  9,
  'kills while one provider stands in for another',
  async (context) => {
    await using lab = await openLab({ mails: size(400, 1_000), speed: 4, hasRelay: true })
    lab.office.makeWeather((_, nth) => {
      if (nth === 5) lab.office.changeKey('re_another')
      return nth === 3 ? 'error_after' : undefined
    })
    const service = await lab.start()
    await lab.open(service)
    const kills = size(2, 4)
    while (lab.kills < kills) await killAtRelay(lab, service)
    // Resend knows us again: what it accepted in silence is asked of it alone.
    lab.office.changeKey(resendApiKey)
    await moveOn(lab)
    // What the mail server was given and did not answer before the kill may have arrived: it is not repeated.
    const unknown = await lab.look<{ address: string }>(
      `SELECT s.address FROM deliveries d JOIN subscribers s ON s.seq = d.subscriber_seq WHERE d.state = 'unknown'`,
    )
    await expectInvariants(context, lab, {
      excused: unknown.map(({ address }) => address),
      endings: { unknown: LANES * kills },
    })
    expect(unknown.length, 'it was hit while the other one sent').toBeGreaterThan(0)
  },
  { onlyFull: true },
)

async function killAtRelay(lab: Lab, service: Service): Promise<void> {
  await new Promise<void>((struck) =>
    lab.stepInAtRelay(async () => {
      await service.kill('SIGKILL')
      struck()
    }),
  )
  lab.kills++
  await service.restart()
}
