import { describe, expect, test } from 'vitest'
import { startAgent, startTarget } from '../support/agent.ts'
import { eventually, startService, type Service } from '../support/service.ts'

/** Processes that start one after another on a machine that has other things to do. */
const LONG = { timeout: 180_000 }

async function keyFor(service: Service, name: string, ...scopes: string[]): Promise<string> {
  const answer = await service.api('/api/admin/keys', { method: 'POST', body: { name, scopes } })
  const { key } = (await answer.json()) as { key: string }
  return key
}

/** A target that the service may not reach itself, every second. */
async function watch(service: Service, url: string, given: object = {}): Promise<void> {
  const probe = { key: 'intern', component: 'checkout', url, regions: ['office'] }
  const times = { interval_ms: 1000, recheck_ms: 200, timeout_ms: 1000, stable_ms: 0 }
  const answer = await service.api('/api/admin/probes', {
    method: 'POST',
    body: { ...probe, ...times, opens_incident: 'no', ...given },
  })
  expect(answer.status).toBe(201)
}

type Probe = { state: string; regions: { region: string; state: string; reason: string }[] }

async function probeOf(service: Service): Promise<Probe> {
  const answer = await service.api('/api/admin/probes/intern')
  // Just started, it serves the last page and nothing else yet.
  if (answer.status === 503) return { state: 'starting', regions: [] }
  return answer.json() as Promise<Probe>
}

const turns = (service: Service, state: string) =>
  eventually(`it is ${state}`, async () => (await probeOf(service)).state === state)

test(
  'an agent in another process asks what only it can reach, through an absence of the service',
  LONG,
  async () => {
    await using service = await startService()
    await using target = await startTarget()
    const key = await keyFor(service, 'office', 'probes:report')
    await watch(service, target.url)
    await using agent = startAgent({ ALLCLEAR_URL: service.url, AGENT_KEY: key })
    await turns(service, 'up')
    expect((await probeOf(service)).regions).toMatchObject([{ region: 'office', state: 'up' }])

    target.status = 503
    await turns(service, 'down')
    expect((await probeOf(service)).regions).toMatchObject([
      { state: 'down', reason: 'answered 503 instead of 2xx' },
    ])
    target.status = 200
    await turns(service, 'up')

    await service.kill('SIGKILL')
    await eventually('it is missed', () => Promise.resolve(agent.output().includes('is away')))
    await service.restart()
    await eventually('it is back', () => Promise.resolve(agent.output().includes('is back')))
    target.status = 503
    await turns(service, 'down')
    target.status = 200
    await turns(service, 'up')

    expect(await agent.stop()).toBe(0)
    const asked = target.asked
    target.status = 503
    await new Promise((resolve) => setTimeout(resolve, 3000))
    expect(target.asked).toBe(asked)
    expect(await probeOf(service)).toMatchObject({ state: 'up' })
  },
)

test('the service and an agent vote on the same target', LONG, async () => {
  await using service = await startService({ PROBE_ALLOW_PRIVATE: '127.0.0.0/8' })
  await using target = await startTarget()
  const key = await keyFor(service, 'office', 'probes:report')
  await watch(service, target.url, { regions: ['main', 'office'] })
  await using agent = startAgent({ ALLCLEAR_URL: service.url, AGENT_KEY: key })
  const bothSay = (state: string) =>
    eventually(`both say ${state}`, async () =>
      (await probeOf(service)).regions.every((one) => one.state === state),
    )
  await bothSay('up')
  target.status = 503
  await bothSay('down')
  expect(await probeOf(service)).toMatchObject({
    state: 'down',
    regions: [{ region: 'main' }, { region: 'office' }],
  })
  expect(await agent.stop()).toBe(0)
})

describe('an agent that can never report ends with a sentence', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['without an address', {}, /^ALLCLEAR_URL: is missing; it says where the service is/],
    ['with no address', { ALLCLEAR_URL: 'here' }, /^ALLCLEAR_URL: must be an http\(s\) URL\n$/],
    [
      'without a key',
      { ALLCLEAR_URL: 'http://127.0.0.1:1' },
      /^AGENT_KEY: is missing; make a key with the scope probes:report/,
    ],
  ])('%s', async (_, env, sentence) => {
    await using agent = startAgent(env)
    expect(await agent.ended).toBe(1)
    expect(agent.output()).toMatch(sentence)
  })

  test('with a key that may not', LONG, async () => {
    await using service = await startService()
    const refused = async (key: string) => {
      await using agent = startAgent({ ALLCLEAR_URL: service.url, AGENT_KEY: key })
      expect(await agent.ended).toBe(1)
      return agent.output()
    }
    const unknown = await refused('nobody.0123456789abcdefgh')
    expect(unknown).toMatch(/refuses this agent: send Authorization: .* a key that is known/)
    const other = await keyFor(service, 'office', 'read')
    expect(await refused(other)).toMatch(/refuses this agent: this key lacks the scope/)
    const nameless = await keyFor(service, 'The office', 'probes:report')
    expect(await refused(nameless)).toMatch(/refuses this agent: this key is named "The office"/)
  })
})
