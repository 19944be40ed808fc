import type { LookupAddress } from 'node:dns'
import { describe, expect, test } from 'vitest'
import { addressGuard } from '../../../api/probers/addresses.ts'
import { guardedFetch } from '../../../api/probers/guarded-fetch.ts'
import { listen } from '../../support/listen.ts'

/** A name server that gives these answers, one after the other, the last for ever. */
const nameServer =
  (...answers: string[][]) =>
  (): Promise<LookupAddress[]> => {
    const addresses = answers.length > 1 ? answers.shift()! : answers[0]!
    return Promise.resolve(
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }

const refused = { name: 'RefusedTarget' }

describe('an address may be asked', () => {
  test.each([
    ['1.1.1.1', true],
    ['9.255.255.255', true],
    ['11.0.0.1', true],
    ['172.15.255.255', true],
    ['172.32.0.1', true],
    ['2606:4700:4700::1111', true],
    ['2a00:1450::8', true],
    ['::ffff:8.8.8.8', true],
    ['0.0.0.0', false],
    ['10.1.2.3', false],
    ['100.64.0.1', false],
    ['127.0.0.1', false],
    ['127.255.255.254', false],
    ['169.254.169.254', false],
    ['172.16.0.1', false],
    ['172.31.255.255', false],
    ['192.0.0.8', false],
    ['192.0.2.1', false],
    ['192.88.99.1', false],
    ['192.168.0.1', false],
    ['198.18.0.1', false],
    ['198.51.100.1', false],
    ['203.0.113.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::', false],
    ['::1', false],
    ['::7f00:1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['::ffff:a9fe:a9fe', false],
    ['64:ff9b::7f00:1', false],
    ['64:ff9b:1::1', false],
    ['100::1', false],
    ['2001::1', false],
    ['2001:db8::1', false],
    ['2002:7f00:1::', false],
    ['fc00::1', false],
    ['fd12:3456::1', false],
    ['fe80::1', false],
    ['fe80::1%eth0', false],
    ['fec0::1', false],
    ['ff02::1', false],
    ['not an address', false],
  ])('%s: %s', (address, allowed) => {
    expect(addressGuard([])(address)).toBe(allowed)
  })

  test('what the operator lists is allowed, in either clothes, and nothing else', () => {
    const isAllowed = addressGuard(['10.1.0.0/16', 'fd00::/8'])
    const asked = ['10.1.2.3', '::ffff:10.1.2.3', 'fd00::1', '10.2.0.1', '127.0.0.1', 'fe80::1']
    expect(asked.map(isAllowed)).toEqual([true, true, true, false, false, false])
  })
})

test.each([
  'http://127.0.0.1/',
  'http://127.0.0.1./',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://①②⑦.⓪.⓪.①/',
  'http://0/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[0:0:0:0:0:ffff:7f00:0001]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[fe80::1]/',
  'http://169.254.169.254/latest/meta-data/',
  'https://10.0.0.1:8443/',
  'http://localhost/',
  'http://user:secret@example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'data:text/plain,hello',
])('%s is refused', async (url) => {
  await expect(guardedFetch({ allow: [] })(url)).rejects.toMatchObject(refused)
})

test('a name is refused when only one of its addresses is private', async () => {
  const fetch = guardedFetch({ allow: [], lookup: nameServer(['93.184.215.14', '192.168.1.1']) })
  await expect(fetch('http://shop.example/')).rejects.toMatchObject({
    ...refused,
    message: 'shop.example resolves to 192.168.1.1, which is not allowed',
  })
})

test.each(['http://localhost./', 'http://LOCALHOST/', 'http://shop.example./'])(
  'nothing depends on how a name is written: %s is refused',
  async (url) => {
    const fetch = guardedFetch({ allow: [], lookup: nameServer(['127.0.0.1']) })
    await expect(fetch(url)).rejects.toMatchObject(refused)
  },
)

test('a name that changes its mind is refused: the address checked is the address asked', async () => {
  const asked: string[] = []
  const server = await listen((request) => {
    asked.push(request.url)
    return new Response('inside')
  })
  try {
    const { port } = new URL(server.url)
    const rebinding = nameServer(['127.0.0.1'], ['127.0.0.2'])
    const fetch = guardedFetch({ allow: ['127.0.0.1/32'], lookup: rebinding })
    expect(await (await fetch(`http://shop.example:${port}/first`)).text()).toBe('inside')
    await expect(fetch(`http://shop.example:${port}/second`)).rejects.toMatchObject(refused)
    expect(asked).toEqual([`http://shop.example:${port}/first`])
  } finally {
    await server.close()
  }
})

test('a redirect that is followed by fetch itself is checked, too', async () => {
  const server = await listen(() => Response.redirect('http://127.0.0.2:8009/', 302))
  try {
    const fetch = guardedFetch({ allow: ['127.0.0.1/32'] })
    await expect(fetch(server.url)).rejects.toMatchObject(refused)
  } finally {
    await server.close()
  }
})

test('ports can be limited', async () => {
  const server = await listen(() => new Response('ok'))
  try {
    const allow = ['127.0.0.1/32']
    await expect(guardedFetch({ allow, ports: [80, 443] })(server.url)).rejects.toMatchObject({
      ...refused,
      message: `port ${new URL(server.url).port} is not allowed`,
    })
    const ports = [Number(new URL(server.url).port)]
    expect((await guardedFetch({ allow, ports })(server.url)).status).toBe(200)
  } finally {
    await server.close()
  }
})

test('a Request is sent as it is', async () => {
  const server = await listen(
    async (request) => new Response(request.method + (await request.text())),
  )
  try {
    const request = new Request(server.url, { method: 'POST', body: 'hello' })
    const fetch = guardedFetch({ allow: ['127.0.0.1/32'] })
    expect(await (await fetch(request)).text()).toBe('POSThello')
  } finally {
    await server.close()
  }
})
