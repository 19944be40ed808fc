import type { LookupAddress } from 'node:dns'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { guardedFetch } from '../../../api/probers/guarded-fetch.ts'
import { refusalOf } from '../../../api/probers/reach.ts'
import { discord } from '../../../api/providers/discord.ts'
import type { Message } from '../../../api/providers/provider.ts'
import { slack } from '../../../api/providers/slack.ts'
import { teams } from '../../../api/providers/teams.ts'
import { webhook } from '../../../api/providers/webhook.ts'
import { listenRaw, type Listening } from '../../support/listen.ts'
import { messageTo, settingsAt } from '../../support/posting.ts'
import { refused } from '../../support/provider-outcomes.ts'

const makers = { webhook, slack, teams, discord }
const channels = ['webhook', 'slack', 'teams', 'discord'] as const
type Channel = (typeof channels)[number]

/** A name server that says what its owner pleases, and changes its mind. */
function nameServer() {
  let addresses: string[] | Error = []
  return {
    says: (...answer: string[]) => void (addresses = answer),
    fails: (error: Error) => void (addresses = error),
    resolve: () =>
      addresses instanceof Error
        ? Promise.reject(addresses)
        : Promise.resolve(addresses.map((address) => ({ address }))),
    lookup: (): Promise<LookupAddress[]> =>
      addresses instanceof Error
        ? Promise.reject(addresses)
        : Promise.resolve(
            addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          ),
  }
}

const names = nameServer()
const isPrivate = refused('private_address')

/** Guarded as on a real machine, but for the ports, which are free ones here, and what `allow` stands for the internet. */
function send(channel: Channel, to: string, allow: string[] = []) {
  const fetch = guardedFetch({ allow, lookup: names.lookup })
  const message: Partial<Message> = { to }
  const provider = makers[channel]({ ...settingsAt(''), fetch })
  return provider.send([messageTo(channel, message)], 'batch-7', AbortSignal.timeout(10_000))
}

describe('a URL that leads to a private address', () => {
  let inside: Listening
  let elsewhere: Listening
  let port: string
  let reached: string[] = []

  beforeAll(async () => {
    inside = await listenRaw(({ headers }, response) => {
      reached.push(headers.host ?? '')
      response.end('secrets')
    })
    elsewhere = await listenRaw((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.2:${port}/` }).end()
    })
    port = new URL(inside.url).port
  })
  beforeEach(() => {
    reached = []
    names.says('127.0.0.1')
  })
  afterAll(() => Promise.all([inside.close(), elsewhere.close()]))

  test.each(channels)('is never reached by %s', async (channel) => {
    expect(await send(channel, `http://hook.example:${port}/secret`)).toMatchObject(isPrivate)
    expect(reached).toEqual([])
  })

  test.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f.1',
    'http://127.1',
    'http://[::ffff:127.0.0.1]',
    'http://[64:ff9b::7f00:1]',
    'http://localhost',
    'http://hook.example.',
  ])('is never reached as %s', async (origin) => {
    expect(await send('webhook', `${origin}:${port}/`)).toMatchObject(isPrivate)
    expect(reached).toEqual([])
  })

  test.each([
    '169.254.169.254',
    '::1',
    'fd00::1',
    '93.184.215.14 10.0.0.1',
    '2606:4700::1111 ::ffff:127.0.0.1',
  ])('is never reached by a name that means %s', async (addresses) => {
    names.says(...addresses.split(' '))
    expect(await send('webhook', `http://hook.example:${port}/`)).toMatchObject(isPrivate)
  })

  test('is never reached by a redirect', async () => {
    const { port: outside } = new URL(elsewhere.url)
    const to = `http://hook.example:${outside}/`
    expect(await send('webhook', to, ['127.0.0.0/8'])).toMatchObject({
      kind: 'deferred',
      code: 'http_307',
    })
    expect(reached).toEqual([])
  })

  test('is never reached by a name that was public when it was given', async () => {
    const to = `http://hook.example:${port}/`
    names.says('93.184.215.14')
    const refusal = await refusalOf({ resolve: names.resolve })(new URL(to))
    expect(refusal).toBeNull()
    names.says('127.0.0.1')
    expect(await send('webhook', to)).toMatchObject(isPrivate)
    expect(reached).toEqual([])
  })

  test('is reached where it stands for the internet, so that the tests above prove something', async () => {
    expect(await send('webhook', `http://hook.example:${port}/`, ['127.0.0.0/8'])).toMatchObject({
      kind: 'answered',
      results: [{ kind: 'accepted', said: 'secrets' }],
    })
    expect(reached).toEqual([`hook.example:${port}`])
  })
})

describe('a message that surely never left is posted again, even to a chat that would show it twice', () => {
  let closed: string
  let plain: Listening

  beforeAll(async () => {
    const gone = await listenRaw(() => undefined)
    await gone.close()
    closed = new URL(gone.url).port
    plain = await listenRaw((_request, response) => void response.end('ok'))
  })
  afterAll(() => plain.close())

  test.each<[string, () => string, found: string[] | Error, code: string]>([
    ['nobody listens', () => `http://hook.example:${closed}`, ['127.0.0.1'], 'ECONNREFUSED'],
    [
      'nobody listens at any address',
      () => `http://hook.example:${closed}`,
      ['127.0.0.1', '127.0.0.2'],
      'ECONNREFUSED',
    ],
    [
      'the name is unknown',
      () => 'http://hook.example',
      Object.assign(new Error('getaddrinfo ENOTFOUND'), {
        code: 'ENOTFOUND',
        syscall: 'getaddrinfo',
      }),
      'ENOTFOUND',
    ],
    [
      'the other side does not speak TLS',
      () => `https://hook.example:${new URL(plain.url).port}`,
      ['127.0.0.1'],
      'ERR_SSL_',
    ],
  ])('%s', async (_sentence, origin, found, code) => {
    if (found instanceof Error) names.fails(found)
    else names.says(...found)
    const outcome = await send('slack', `${origin()}/services/T1/B1/secret`, ['127.0.0.0/8'])
    expect(outcome).toMatchObject({ kind: 'deferred', code: 'network' })
    expect(outcome).toHaveProperty('reason', expect.stringContaining(code))
    expect(JSON.stringify(outcome)).not.toContain('secret')
  })
})

test.each(channels)(
  '%s sends nothing to what is no URL, and keeps it to itself',
  async (channel) => {
    const outcome = await send(channel, 'https://hook .example/secret')
    expect(outcome).toMatchObject({ kind: 'refused', code: 'impossible' })
    expect(JSON.stringify(outcome)).not.toContain('secret')
  },
)

test.each(channels)('what an error repeats of a URL of %s is not repeated', async (channel) => {
  const error = new TypeError('fetch failed', {
    cause: new Error('cannot connect to https://hook.example/secret'),
  })
  const provider = makers[channel]({ ...settingsAt(''), fetch: () => Promise.reject(error) })
  const outcome = await provider.send([messageTo(channel)], 'b', AbortSignal.timeout(10_000))
  expect(outcome).toMatchObject({ code: 'network', reason: 'the connection failed' })
})

test.each(['slack', 'teams', 'discord'] as const)(
  '%s gives up what may have been posted, for nobody can look',
  (channel) => {
    const provider = makers[channel](settingsAt(''))
    expect(provider).toMatchObject({
      name: channel,
      channel,
      batchSize: 1,
      idempotent: false,
      independent: true,
      ratePerSecond: 0,
    })
    expect(provider.find).toBeUndefined()
    expect(provider.retries).toBeUndefined()
  },
)
