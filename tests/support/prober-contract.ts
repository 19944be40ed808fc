import { afterEach, describe, expect, test } from 'vitest'
import type { LookupAddress } from 'node:dns'
import type { Sample } from '../../api/probers/prober.ts'
import { until } from './listen.ts'

/** What a target does to whoever asks it. */
export type Conduct = 'good' | 'wrong' | 'silent' | 'drips' | 'endless' | 'cut'

export type Target = {
  port: number
  /** Bytes that it has got rid of. */
  sent(): number
  close(): Promise<void>
}

type Ask = (given: {
  host: string
  port: number
  timeout_ms: number
  /** CIDR ranges that may be asked although they are private. */
  allow: string[]
  lookup?: NameServer
}) => Promise<Sample>

export type NameServer = (hostname: string, signal: AbortSignal) => Promise<LookupAddress[]>

type Kind = {
  ask: Ask
  serve(conduct: Conduct): Promise<Target>
  /** What each conduct comes to; left out where a kind knows no such thing. */
  expected: Partial<Record<Conduct, [outcome: Sample['outcome'], reason: RegExp]>>
  /** Hosts are names only, and nobody connects to what they mean. */
  asksNameServers?: boolean
}

const TIMEOUT = 250
const slow = new Set<Conduct>(['silent', 'drips', 'cut'])
const loopback = ['127.0.0.1/32']

/** What every way of asking owes: an answer in time, in words that tell no secrets, and nothing left behind. */
export function testProber(name: string, kind: Kind): void {
  const targets: Target[] = []
  let before: string[] = []
  afterEach(async () => {
    for (const target of targets.splice(0)) await target.close()
  })

  async function at(conduct: Conduct, given: Partial<Parameters<Ask>[0]> = {}) {
    const target = await kind.serve(conduct)
    targets.push(target)
    before = handles()
    const started = performance.now()
    const port = target.port
    const sample = await kind.ask({
      host: '127.0.0.1',
      port,
      timeout_ms: TIMEOUT,
      allow: loopback,
      ...given,
    })
    return { sample, target, took: performance.now() - started }
  }

  describe(`the ${name} prober`, () => {
    test.each(Object.entries(kind.expected) as [Conduct, [Sample['outcome'], RegExp]][])(
      'judges a target that is %s, in time, and leaves nothing behind',
      async (conduct, [outcome, reason]) => {
        // A timer that is left behind must be seen, not run out.
        const patience = slow.has(conduct) ? TIMEOUT : 60_000
        const { sample, target, took } = await at(conduct, { timeout_ms: patience })
        expect(sample).toMatchObject({ outcome, reason: expect.stringMatching(reason) })
        expect(sample.reason.length).toBeLessThanOrEqual(200)
        expect(Number.isInteger(sample.latency_ms)).toBe(true)
        // Twice its time and a bit: the machine has others to serve.
        expect(took).toBeLessThan(2 * TIMEOUT + 500)
        expect(target.sent()).toBeLessThan(32 * 2 ** 20)
        await until(() => handles().length <= before.length)
      },
    )

    test('has nobody to ask where nobody listens', async () => {
      const target = await kind.serve('good')
      await target.close()
      const given = { host: '127.0.0.1', port: target.port, timeout_ms: 1500, allow: loopback }
      const sample = await kind.ask(given)
      expect(sample).toMatchObject({ outcome: 'failed', status: null })
      expect(sample.reason).toMatch(/refused|no complete answer|does not answer/)
    })

    test('refuses what is private, unless the operator allows it', async () => {
      const { sample } = await at('good', { allow: [] })
      expect(sample).toMatchObject({
        outcome: 'refused',
        reason: '127.0.0.1 is not a public address and is not allowed',
      })
    })

    test.each(spellings)('refuses %s, however it is written', async (host) => {
      const given = { host, port: 8080, timeout_ms: TIMEOUT, allow: [] }
      expect(await kind.ask(given)).toMatchObject({ outcome: 'refused', status: null })
    })

    if (kind.asksNameServers) return

    test('says so when a name does not resolve', async () => {
      const { sample } = await at('good', { host: 'nowhere.example', lookup: knowingNobody })
      expect(sample).toMatchObject({
        outcome: 'failed',
        status: null,
        reason: 'the host name does not resolve (ENOTFOUND)',
      })
    })

    test('does not wait for ever for a name server', async () => {
      const { sample, took } = await at('good', {
        host: 'slow.example',
        lookup: () => new Promise(() => {}),
      })
      expect(sample).toMatchObject({ outcome: 'failed', status: null })
      expect(took).toBeLessThan(2 * TIMEOUT + 500)
      await until(() => handles().length <= before.length)
    })

    test.each([
      ['only a private address', ['10.0.0.1']],
      ['a private address among public ones', ['93.184.215.14', '192.168.1.1']],
      ['the metadata of a cloud', ['169.254.169.254']],
      ['IPv4 in the clothes of IPv6', ['::ffff:10.0.0.1']],
      ['IPv4 behind NAT64', ['64:ff9b::7f00:1']],
    ])('refuses a name that means %s', async (_, addresses) => {
      const { sample } = await at('good', { host: 'shop.example', lookup: saying(addresses) })
      expect(sample).toMatchObject({ outcome: 'refused', status: null })
      expect(sample.reason).toMatch(/^shop\.example resolves to .+, which is not allowed$/)
    })

    test('connects to the address that was checked, whatever is said next', async () => {
      let asked = 0
      const lookup: NameServer = (hostname, signal) =>
        saying(asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.2'])(hostname, signal)
      const { sample } = await at('good', { host: 'localhost', lookup })
      expect([asked, sample.outcome]).toEqual([1, 'ok'])
    })
  })
}

/** Names that mean this machine, and private addresses in all their spellings. */
const spellings = [
  '127.0.0.1.',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '①②⑦.⓪.⓪.①',
  '0',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '192.168.0.1',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[fe80::1]',
  '[fc00::1]',
]

function saying(addresses: string[]): NameServer {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return () => Promise.resolve(found)
}

const knowingNobody: NameServer = () =>
  Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))

/** Sockets and timers that keep this process busy. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /Timeout|TCPSocket|TLS|UDP/.test(name))
}
