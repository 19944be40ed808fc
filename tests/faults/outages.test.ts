import { expect } from 'vitest'
import { eventually, type Service } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { moveOn, pause } from './waiting.ts'
import { wireTo } from './wire.ts'

const LANES = 4
/** In a row, until nothing more is asked. */
const FAILURES = 10
const TRIAL = 30_000
/** Between what the gate wrote down and what the log says lies the machine's own time. */
const MACHINE = 5_000
const MINUTE = 60_000

scenario(8, 'providers that are gone for half an hour', async (context) => {
  await using lab = await openLab({ mails: size(1_200, 5_000), texts: 20, speed: 10 })
  const wire = await wireTo(lab.postUrl)
  const service = await lab.start({
    RESEND_BASE_URL: `${wire.url}/resend`,
    TWILIO_BASE_URL: `${wire.url}/twilio`,
  })
  await wire.cut()
  await lab.open(service)
  await untilCircuit(lab, 'resend', 'open')
  const [gate] = await lab.look<{ failures: number; opened_at: number }>(
    "SELECT failures, opened_at FROM provider_gates WHERE provider = 'resend'",
  )
  expect(gate!.failures, 'in a row').toBeLessThanOrEqual(FAILURES + LANES - 1)
  await eventually('what was on its way has ended', async () => {
    const before = troublesOf(service, 'resend').length
    await pause(500)
    return before === troublesOf(service, 'resend').length
  })
  for (let minute = 0; minute < 30; minute += 5) {
    const before = troublesOf(service, 'resend').length
    await lab.jump(5 * MINUTE)
    await eventually('it is tried again', async () => troublesOf(service, 'resend').length > before)
  }
  const failures = troublesOf(service, 'resend')
  // Those that were on their way when it opened fail after it.
  const before = failures.filter((at) => at <= gate!.opened_at + TRIAL / 2)
  expect(before.length).toBeLessThanOrEqual(FAILURES + LANES - 1)
  const trials = failures.slice(before.length)
  const gaps = trials.slice(1).map((at, i) => at - trials[i]!)
  expect(Math.min(...gaps), 'one trial at a time').toBeGreaterThanOrEqual(TRIAL - MACHINE)
  expect(await statesOf(lab), 'nobody is given up').toEqual(['pending', 'sending'])
  await wire.mend()
  await moveOn(lab, { step: MINUTE })
  await expectInvariants(context, lab)
  await wire.close()
})

scenario(9, 'a key that is revoked in the middle', async (context) => {
  await using lab = await openLab({ mails: size(600, 3_000), texts: 5, speed: 4 })
  lab.office.makeWeather((kind, nth) => {
    if (kind === 'mail' && nth === 4) lab.office.changeKey('re_another')
  })
  const service = await lab.start()
  await lab.open(service)
  await expectClosed(lab)
  await lab.startAgain(service, { RESEND_API_KEY: 're_another' })
  await moveOn(lab)
  await expectInvariants(context, lab)
})

scenario(
  9,
  'a quota that is used up in the middle',
  async (context) => {
    await using lab = await openLab({ mails: size(1_000, 3_000), speed: 4 })
    lab.office.makeWeather((_, nth) => {
      if (nth === 4) lab.sandbox.faults.set('resend', 'quota_exceeded', null)
    })
    const service = await lab.start()
    await lab.open(service)
    await expectClosed(lab)
    lab.sandbox.faults.clear()
    await moveOn(lab)
    await expectInvariants(context, lab)
  },
  { onlyFull: true },
)

/** When a service had trouble with a provider, in the lab's time. */
function troublesOf(service: Service, provider: string): number[] {
  return service
    .output()
    .split('\n')
    .filter((line) => line.includes(`"provider trouble","provider":"${provider}"`))
    .map((line) => Date.parse((JSON.parse(line) as { at: string }).at))
}

/** The account is refused: it stops at once, is shown to operators, and nobody is given up. */
async function expectClosed(lab: Lab): Promise<void> {
  await untilCircuit(lab, 'resend', 'open')
  await eventually('what was on its way has ended', async () => {
    const before = lab.office.begun('mail')
    await pause(500)
    return before === lab.office.begun('mail')
  })
  const refused = lab.office.sendings.filter(({ kind, status }) => kind === 'mail' && status >= 400)
  expect(refused.length, 'one batch, and what was on its way in other lanes').toBeLessThanOrEqual(
    LANES,
  )
  const shown = await (await lab.services[0]!.api('/api/admin/console')).json()
  expect(shown).toMatchObject({ blocked_providers: [{ provider: 'resend' }] })
  expect(await statesOf(lab)).not.toContain('dead')
  expect(await statesOf(lab)).not.toContain('failed')
}

async function statesOf(lab: Lab): Promise<string[]> {
  const rows = await lab.look<{ state: string }>('SELECT DISTINCT state FROM deliveries ORDER BY 1')
  return rows.map(({ state }) => state)
}

function untilCircuit(lab: Lab, provider: string, circuit: string): Promise<unknown> {
  return eventually(`the circuit of ${provider} is ${circuit}`, async () => {
    const [gate] = await lab.look<{ circuit: string }>(
      `SELECT circuit FROM provider_gates WHERE provider = '${provider}'`,
    )
    return gate?.circuit === circuit
  })
}
