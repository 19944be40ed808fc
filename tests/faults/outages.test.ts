import { expect } from 'vitest'
import { listen } from '../support/listen.ts'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import type { Kind } from './post.ts'
import { scenario } from './scenario.ts'
import { moveOn, pause } from './waiting.ts'
import { wireTo } from './wire.ts'

const LANES = 4
/** In a row, until nothing more is asked. */
const FAILURES = 10
const TRIAL = 30_000
const MINUTE = 60_000

scenario(8, 'providers that are gone for half an hour', async (context) => {
  await using lab = await openLab({ mails: size(1_200, 5_000), texts: 20, speed: 10 })
  await using mailed = await wireTo(lab.postUrl, lab.now)
  await using texted = await wireTo(lab.postUrl, lab.now)
  const service = await lab.start({
    RESEND_BASE_URL: `${mailed.url}/resend`,
    TWILIO_BASE_URL: `${texted.url}/twilio`,
  })
  mailed.leave()
  texted.leave()
  await lab.open(service)
  await untilCircuit(lab, 'resend', 'open')
  const held = "SELECT 1 FROM batches WHERE provider = 'resend' AND leased_until IS NOT NULL"
  await eventually('what was on its way has ended', async () => (await lab.look(held)).length === 0)
  const { calls } = mailed
  const first = calls.length
  for (let minute = 0; minute < 30; minute += 5) {
    const before = calls.length
    await lab.jump(5 * MINUTE)
    await eventually('it is tried again', async () => calls.length > before)
  }
  expect(first, 'until the circuit opens, and what was on its way').toBeLessThanOrEqual(
    FAILURES + LANES - 1,
  )
  const trials = calls.slice(first)
  const gaps = trials.slice(1).map((at, i) => at - trials[i]!)
  expect(Math.min(...gaps), 'one trial at a time').toBeGreaterThanOrEqual(TRIAL - 1_000)
  expect(await statesOf(lab), 'nobody is given up').toEqual(['pending', 'sending'])
  mailed.comeBack()
  texted.comeBack()
  await moveOn(lab, { step: MINUTE })
  await expectInvariants(context, lab)
})

scenario(9, 'a key that is revoked in the middle', async (context) => {
  await using lab = await openLab({ mails: size(600, 3_000), texts: 5, speed: 4 })
  lab.office.makeWeather((kind, nth) => {
    if (kind === 'mail' && nth === 4) lab.office.changeKey('re_another')
  })
  const service = await lab.start()
  await lab.open(service)
  await expectClosed(lab, 'resend')
  await lab.startAgain(service, { RESEND_API_KEY: 're_another' })
  await moveOn(lab)
  await expectInvariants(context, lab)
})

scenario(
  9,
  'a key that is not taken for one in the middle',
  async (context) => {
    await using lab = await openLab({ mails: size(600, 3_000), texts: 5, speed: 4 })
    let isKey = true
    let refused = 0
    const door = await listen(async (request) => {
      const { url, method, headers } = request
      const body = method === 'POST' ? await request.arrayBuffer() : null
      if (isKey) return fetch(lab.postUrl + new URL(url).pathname, { method, headers, body })
      refused++
      const message = 'Missing API key in the authorization header'
      const status = 401
      return Response.json({ statusCode: status, name: 'missing_api_key', message }, { status })
    })
    try {
      const service = await lab.start({ RESEND_BASE_URL: `${door.url}/resend` })
      void lab.office.stepIn('mail', 4, 'before', async () => void (isKey = false))
      await lab.open(service)
      await expectClosed(lab, 'resend', () => refused)
      isKey = true
      await moveOn(lab)
      await expectInvariants(context, lab)
    } finally {
      await door.close()
    }
  },
  { onlyFull: true },
)

const endings = [
  ['a quota that is used up', 'resend', 'quota_exceeded'],
  ['a token that is revoked', 'twilio', 'auth_refused'],
] as const

for (const [name, provider, fault] of endings)
  scenario(
    9,
    `${name} in the middle`,
    async (context) => {
      await using lab = await openLab({ mails: size(1_000, 3_000), texts: 100, speed: 4 })
      lab.office.makeWeather((kind, nth) => {
        if (kind === kindOf[provider] && nth === 4) lab.sandbox.faults.set(provider, fault, null)
      })
      const service = await lab.start()
      await lab.open(service)
      await expectClosed(lab, provider)
      lab.sandbox.faults.clear()
      await moveOn(lab)
      await expectInvariants(context, lab)
    },
    { onlyFull: true },
  )

const kindOf = { resend: 'mail', twilio: 'text' } as const

/** The account is refused: it stops at once, is shown to operators, and nobody is given up. */
async function expectClosed(
  lab: Lab,
  provider: keyof typeof kindOf,
  refusals = () => refusedBy(lab, kindOf[provider]),
): Promise<void> {
  await untilCircuit(lab, provider, 'open')
  await eventually('what was on its way has ended', async () => {
    const before = refusals()
    await pause(500)
    return before === refusals()
  })
  expect(refusals(), 'one batch, and what was on its way in other lanes').toBeLessThanOrEqual(LANES)
  expect(refusals()).toBeGreaterThan(0)
  const shown = await (await lab.services[0]!.api('/api/admin/console')).json()
  expect(shown).toMatchObject({ blocked_providers: [{ provider }] })
  expect(await statesOf(lab)).not.toContain('dead')
  expect(await statesOf(lab)).not.toContain('failed')
}

function refusedBy(lab: Lab, kind: Kind): number {
  return lab.office.sendings.filter((sending) => sending.kind === kind && sending.status >= 400)
    .length
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
