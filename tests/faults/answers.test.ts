import { expect } from 'vitest'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { moveOn } from './waiting.ts'

const TIMEOUT = 10_000

scenario(
  5,
  'an error after every tenth acceptance',
  async (context) => {
    const crowd = { mails: size(1_000, 10_000), texts: size(40, 300), posts: size(20, 100) }
    await using lab = await openLab({ ...crowd, speed: 10, listLag: 30_000 })
    lab.office.makeWeather((kind) => {
      const provider = kind === 'mail' ? 'resend' : 'twilio'
      if (lab.chance() < 0.1) lab.sandbox.faults.set(provider, 'error_after', 1)
    })
    // Their second attempt comes after five seconds, their third one after five minutes.
    lab.endpoints.makeWeather(async (nth) => (nth <= lab.posts && lab.chance() < 0.1 ? 500 : 200))
    const service = await lab.start()
    await lab.open(service)
    await moveOn(lab, { step: 60_000 })
    await expectInvariants(context, lab)
    expect(lab.office.begun('text'), 'no text is sent a second time').toBe(lab.texts)
  },
  { seconds: 300 },
)

scenario(6, 'silence after acceptance holds up nobody else', async (context) => {
  await using lab = await openLab({ mails: 1_000, texts: 20, speed: 2 })
  const came: number[] = []
  lab.office.makeWeather((kind, nth) => {
    if (kind === 'mail' && came.push(lab.now()) === 1)
      lab.sandbox.faults.set('resend', 'hang_after', 1)
    if (kind === 'text' && nth === 1) lab.sandbox.faults.set('twilio', 'hang_after', 1)
  })
  const service = await lab.start()
  await lab.open(service)
  await expectInvariants(context, lab)
  expect(came.length, 'ten batches and one repetition').toBe(11)
  expect(came[9]! - came[0]!, 'the others do not wait for the silent one').toBeLessThan(TIMEOUT)
  const repeated = came[10]! - came[0]!
  expect(repeated).toBeGreaterThanOrEqual(TIMEOUT)
  expect(repeated, 'no lane waits longer than it must').toBeLessThan(3 * TIMEOUT)
  expect(lab.office.begun('text'), 'no text is sent a second time').toBe(lab.texts)
})

scenario(7, 'a storm of 429, also on what was accepted already', async (context) => {
  const rate = 5
  await using lab = await openLab({ mails: size(1_500, 10_000), speed: 2, rate })
  const storm = 8
  lab.office.makeWeather((_, nth) => {
    if (nth <= 2) lab.sandbox.faults.set('resend', 'error_after', 1)
    else if (nth <= storm) lab.sandbox.faults.set('resend', 'rate_limited', 1)
  })
  const service = await lab.start()
  await lab.open(service)
  await expectInvariants(context, lab)
  const after = lab.office.sendings.slice(storm)
  const refused = after.filter(({ status }) => status === 429).length
  expect(refused, 'the gate keeps to the limit').toBeLessThanOrEqual(after.length / 2)
  const fastest = busiest(
    after.map(({ at }) => at),
    5_000,
  )
  expect(fastest, 'requests in any five seconds').toBeLessThanOrEqual(5 * rate + rate)
  const [most] = await lab.look<{ attempts: number }>(
    'SELECT max(attempts) AS attempts FROM batches',
  )
  expect(most!.attempts, 'a 429 uses up no attempt').toBeLessThanOrEqual(1)
})

/** The most moments in any span of so many milliseconds. */
function busiest(moments: number[], span: number): number {
  return Math.max(
    ...moments.map((from) => moments.filter((at) => at >= from && at < from + span).length),
  )
}

const ways = [
  ['alone', false, 1],
  ['with all its batch', true, 1 + 100],
] as const

for (const [how, isStrict, requests] of ways)
  scenario(
    10,
    `one invalid address among a hundred, refused ${how}`,
    async (context) => {
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
    },
    { onlyFull: !isStrict },
  )
