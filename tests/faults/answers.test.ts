import { expect, test } from 'vitest'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, pause, seeded, type Lab } from './lab.ts'
import { wireTo } from './wire.ts'

test(`an error after every tenth acceptance tells nobody twice ${seeded}`, async (context) => {
  const crowd = { mails: size(1_000, 10_000), texts: size(60, 300) }
  await using lab = await openLab({ ...crowd, speed: 10 })
  lab.office.makeWeather((kind) => {
    const provider = kind === 'mail' ? 'resend' : 'twilio'
    if (lab.chance() < 0.1) lab.sandbox.faults.set(provider, 'error_after', 1)
  })
  const service = await lab.start()
  await lab.open(service)
  await expectInvariants(context, lab, { within: size(60, 150) })
  expect(lab.office.begun('text'), 'no text is sent a second time').toBe(lab.texts)
}, 180_000)

test(`silence after acceptance holds up nobody else and tells nobody twice ${seeded}`, async (context) => {
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
  expect(came[9]! - came[0]!, 'the others do not wait for the silent one').toBeLessThan(10_000)
  expect(came[10]! - came[0]!).toBeGreaterThanOrEqual(10_000)
}, 120_000)

test(`a storm of 429, also on what was accepted already, dissolves no batch ${seeded}`, async (context) => {
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
  const [most] = await lab.look<{ attempts: number }>(
    'SELECT max(attempts) AS attempts FROM batches',
  )
  expect(most!.attempts, 'a 429 uses up no attempt').toBeLessThanOrEqual(1)
}, 120_000)

test(`providers that are gone for half an hour lose nobody ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: size(500, 2_000), texts: 10, speed: 10 })
  const wire = await wireTo(lab.postUrl)
  const service = await lab.start({
    RESEND_BASE_URL: `${wire.url}/resend`,
    TWILIO_BASE_URL: `${wire.url}/twilio`,
  })
  await wire.cut()
  await lab.open(service)
  const failures = () => count(service.output(), /"provider trouble","provider":"resend"/g)
  await untilCircuit(lab, 'resend', 'open')
  const opened = failures()
  // Ten in a row open it; those that were on their way meanwhile fail too.
  expect(opened).toBeLessThanOrEqual(10 + 4)
  const since = lab.now()
  for (let minute = 0; minute < 30; minute += 5) {
    await lab.jump(5 * 60_000)
    await pause(250)
  }
  const trials = (lab.now() - since - 30 * 60_000) / 30_000 + 6
  expect(failures() - opened, 'one trial at a time').toBeLessThanOrEqual(trials + 1)
  await wire.mend()
  await moveOn(lab, 'everybody is told', async () => {
    const [left] = await lab.look<{ left: number }>(
      `SELECT (SELECT count(*) FROM deliveries WHERE state <> 'accepted')
        + (SELECT count(*) FROM announcements WHERE expanded_at IS NULL) AS left`,
    )
    return left!.left === 0
  })
  await expectInvariants(context, lab)
  await wire.close()
}, 120_000)

test(`a used up quota in the middle stops at once, is shown, and nobody is given up ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: 1_000, speed: 4 })
  const came: number[] = []
  lab.office.makeWeather(() => {
    if (came.push(lab.now()) === 4) lab.sandbox.faults.set('resend', 'quota_exceeded', null)
  })
  const service = await lab.start()
  await lab.open(service)
  await untilCircuit(lab, 'resend', 'open')
  await pause(500)
  const [gate] = await lab.look<{ opened_at: number }>('SELECT opened_at FROM provider_gates')
  const later = came.filter((at) => at > gate!.opened_at)
  expect(later.length, 'only what was on its way in other lanes').toBeLessThanOrEqual(4)
  const shown = await (await service.api('/api/admin/console')).json()
  expect(shown).toMatchObject({ blocked_providers: [{ provider: 'resend' }] })
  const states = await lab.look<{ state: string }>('SELECT DISTINCT state FROM deliveries')
  expect(states.map(({ state }) => state)).not.toContain('dead')
  expect(states.map(({ state }) => state)).not.toContain('failed')
  lab.sandbox.faults.clear()
  await moveOn(lab, 'it resumes', async () => lab.told('mail').size === lab.mails)
  await expectInvariants(context, lab)
}, 120_000)

test(`one invalid address among a hundred fails alone and is not tried again ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: 100, speed: 4 })
  await lab.look("UPDATE subscribers SET address = 'nobody at all' WHERE seq = 42")
  const service = await lab.start()
  await lab.open(service)
  await expectInvariants(context, lab)
  expect(lab.told('mail').size).toBe(99)
  expect(lab.office.begun('mail')).toBe(1)
  const failed = await lab.look("SELECT subscriber_seq FROM deliveries WHERE state = 'failed'")
  expect(failed).toEqual([{ subscriber_seq: 42 }])
}, 60_000)

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0
}

/** Moves the time on, a minute each time, until it has come about. */
async function moveOn(lab: Lab, what: string, look: () => Promise<boolean>): Promise<void> {
  await eventually(
    what,
    async () => {
      if (await look()) return true
      await lab.jump(60_000)
      await pause(300)
      return false
    },
    90,
  )
}

function untilCircuit(lab: Lab, provider: string, circuit: string): Promise<unknown> {
  return eventually(`the circuit of ${provider} is ${circuit}`, async () => {
    const [gate] = await lab.look<{ circuit: string }>(
      `SELECT circuit FROM provider_gates WHERE provider = '${provider}'`,
    )
    return gate?.circuit === circuit
  })
}
