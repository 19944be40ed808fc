import { expect } from 'vitest'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { moveOn } from './waiting.ts'

const TIMEOUT = 10_000
const LANES = 4

scenario(
  5,
  'an error after every tenth acceptance',
  async (context) => {
    const crowd = { mails: size(1_000, 10_000), texts: size(40, 300), posts: size(20, 100) }
    await using lab = await openLab({ ...crowd, speed: 10, listLag: 30_000 })
    lab.office.makeWeather((kind, nth) => {
      const provider = kind === 'mail' ? 'resend' : 'twilio'
      if (nth === 2 || lab.chance() < 0.1) lab.sandbox.faults.set(provider, 'error_after', 1)
    })
    // Their second attempt comes after five seconds, their third one after five minutes.
    let failing = 0
    lab.endpoints.makeWeather(async (nth) => {
      if (nth > lab.posts || (nth !== 2 && lab.chance() >= 0.1)) return { status: 200 }
      failing++
      return { status: 500, isTaken: true }
    })
    const service = await lab.start()
    await lab.open(service)
    await moveOn(lab, { step: 60_000 })
    await expectInvariants(context, lab)
    expect(lab.office.begun('text'), 'no text is sent a second time').toBe(lab.texts)
    const failed = lab.office.sendings.filter(({ status }) => status === 500)
    expect(failed.filter(({ kind }) => kind === 'text').length).toBeGreaterThan(0)
    const mails = failed.filter(({ kind }) => kind === 'mail').length
    expect(mails).toBeGreaterThan(0)
    const asked = lab.office.begun('mail')
    expect(asked, 'what failed is asked again').toBeGreaterThanOrEqual(lab.mails / 100 + mails)
    expect(failing).toBeGreaterThan(0)
    expect(lab.endpoints.begun(), 'posted again').toBeGreaterThanOrEqual(lab.posts + failing)
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
  await using lab = await openLab({ mails: size(1_500, 10_000), rate })
  const storm = 8
  const came: number[] = []
  const accepted = new Set<string | null>()
  lab.office.makeWeather((_, nth, key) => {
    came.push(lab.now())
    if (nth <= 2) {
      accepted.add(key)
      return 'error_after'
    }
    return nth <= storm || accepted.delete(key) ? 'rate_limited' : undefined
  })
  const service = await lab.start()
  await lab.open(service)
  await expectInvariants(context, lab)
  const byKey = Map.groupBy(lab.office.sendings, ({ key }) => key)
  const answers = [...byKey.values()].map((all) => all.map(({ status }) => status).join(' '))
  expect(answers.filter((all) => /^500 (429 )+200$/.test(all)).length, 'accepted, too fast').toBe(2)
  const refused = lab.office.sendings.slice(storm).filter(({ status }) => status === 429).length
  // Those two of the retries, and whatever a busy machine brought together.
  expect(refused, 'the gate keeps to the limit').toBeLessThanOrEqual(2 + LANES)
  const calm = came.slice(storm)
  expect(busiest(calm, 1_000), 'requests in any second').toBeLessThanOrEqual(rate + 2)
  expect(busiest(calm, 5_000), 'requests in any five').toBeLessThanOrEqual(5 * rate + 2)
  const [most] = await lab.look<{ attempts: number }>(
    'SELECT max(attempts) AS attempts FROM batches',
  )
  expect(most!.attempts, 'a 429 uses up no attempt').toBeLessThanOrEqual(2)
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
      await expectInvariants(context, lab, {
        excused: ['person41@example.com'],
        endings: { failed: 1 },
      })
      expect(lab.told('mail').size).toBe(lab.mails - 1)
      expect(lab.office.begun('mail'), 'nothing is tried again').toBe(requests + batches - 1)
      const failed = await lab.look("SELECT subscriber_seq FROM deliveries WHERE state = 'failed'")
      expect(failed).toEqual([{ subscriber_seq: 42 }])
    },
    // Alone is how the service asks for it.
    { onlyFull: isStrict },
  )
