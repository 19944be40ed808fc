import { expect } from 'vitest'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { killSometime } from './killing.ts'
import { openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { moveOn } from './waiting.ts'

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
      if (nth === 3) lab.sandbox.faults.set('resend', 'error_after', 1)
      if (nth === 5) lab.sandbox.faults.set('resend', 'auth_refused', 3)
    })
    const service = await lab.start()
    await lab.open(service)
    for (let kill = 0; kill < size(2, 4); kill++) await killSometime(lab, service, 'mail')
    await moveOn(lab)
    // What the mail server was given and did not answer before the kill may have arrived: it is not repeated.
    const unknown = await lab.look<{ address: string }>(
      `SELECT s.address FROM deliveries d JOIN subscribers s ON s.seq = d.subscriber_seq WHERE d.state = 'unknown'`,
    )
    await expectInvariants(context, lab, { excused: unknown.map(({ address }) => address) })
  },
  { onlyFull: true },
)
