import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../../api/probers/reach.ts'
import { needsNoLookup } from '../../../api/sandbox/endpoints/hosts.ts'

/** A name server that knows these names, and how often it was asked. */
function nameServer(names: Record<string, string[] | string>) {
  const asked: string[] = []
  const resolve = (hostname: string) => {
    asked.push(hostname)
    const found = names[hostname] ?? 'ENOTFOUND'
    return typeof found === 'string'
      ? Promise.reject(Object.assign(new Error(`getaddrinfo ${found}`), { code: found }))
      : Promise.resolve(found.map((address) => ({ address })))
  }
  return { asked, resolve }
}

const world = {
  'shop.example': ['93.184.215.14', '2606:2800:21f:cb07::1'],
  'inside.example': ['10.0.0.1'],
  'both.example': ['93.184.215.14', '192.168.1.1'],
  'six.example': ['fd00::1'],
  'clothes.example': ['::ffff:127.0.0.1'],
  'empty.example': [],
  'nodata.example': 'ENODATA',
  'again.example': 'EAI_AGAIN',
  'broken.example': 'ESERVFAIL',
}
const literal = 'refusal.private_address'
const leads = 'refusal.leads_inside'
const self = 'refusal.leads_here'
const unknown = 'refusal.unknown_host'
const notNow = 'refusal.host_not_now'

describe('a URL of a stranger', () => {
  test.each([
    ['a public name', 'https://shop.example/', null],
    ['a public name in capitals', 'https://SHOP.example/', null],
    ['a public name with a dot at its end', 'https://shop.example./', null],
    ['a public address', 'https://93.184.215.14/', null],
    ['a public IPv6 address', 'https://[2606:2800:21f:cb07::1]/', null],
    ['a private name', 'https://inside.example/', leads],
    ['a private name with a dot at its end', 'https://inside.example./', leads],
    ['a name with one private address among others', 'https://both.example/', leads],
    ['a name with a private IPv6 address', 'https://six.example/', leads],
    ['a private address in IPv6 clothes behind a name', 'https://clothes.example/', leads],
    ['a private address', 'https://10.0.0.1/', literal],
    ['a private address with a dot at its end', 'https://127.0.0.1./', literal],
    ['a private address as one number', 'https://2130706433/', literal],
    ['a private address in hex', 'https://0x7f.1/', literal],
    ['a private IPv6 address', 'https://[::1]/', literal],
    ['a private address in IPv6 clothes', 'https://[::ffff:169.254.169.254]/', literal],
    ['localhost', 'https://localhost/', self],
    ['localhost with a dot at its end', 'https://LOCALHOST./', self],
    ['a name under localhost', 'https://shop.localhost/', self],
    ['a name that only sounds like localhost', 'https://notlocalhost/', unknown],
    ['a name that does not exist', 'https://nobody.example/', unknown],
    ['a name without addresses', 'https://empty.example/', unknown],
    ['a name with other records only', 'https://nodata.example/', unknown],
    ['a name server that does not answer', 'https://again.example/', notNow],
    ['a name server that has trouble', 'https://broken.example/', notNow],
  ])('%s', async (_sentence, url, refusal) => {
    expect(await refusalOf(nameServer(world))(new URL(url))).toBe(refusal)
  })

  test('is looked up under its name without the dot, a literal not at all', async () => {
    const { asked, resolve } = nameServer(world)
    for (const url of ['https://shop.example./', 'https://127.0.0.1/', 'https://localhost/'])
      await refusalOf({ resolve })(new URL(url))
    expect(asked).toEqual(['shop.example'])
  })

  test('is not waited for longer than a name server may take', async () => {
    const silent = { resolve: () => new Promise<never>(() => {}), patience: 5 }
    expect(await refusalOf(silent)(new URL('https://slow.example/'))).toBe(notNow)
  })

  test('may lead to what the operator allows', async () => {
    const refusal = refusalOf({ ...nameServer(world), allow: ['10.0.0.0/8'] })
    expect(await refusal(new URL('https://inside.example/'))).toBeNull()
    expect(await refusal(new URL('https://10.1.2.3/'))).toBeNull()
    expect(await refusal(new URL('https://both.example/'))).toBe(leads)
  })
})

describe('where the sandbox answers', () => {
  test.each([
    ['a reserved name', 'https://receiver.example/hook', null],
    ['a reserved name with a dot at its end', 'https://receiver.test./hook', null],
    ['a name that never resolves', 'https://receiver.invalid/', null],
    ['a domain of documentation', 'https://example.com/hook', null],
    ['Slack', 'https://hooks.slack.com/services/T0/B0/X', null],
    ['Discord', 'https://discord.com/api/webhooks/1/x', null],
    ['Teams', 'https://prod-00.westeurope.logic.azure.com/workflows/1', null],
    ['an old connector of Teams', 'https://acme.webhook.office.com/webhookb2/1', null],
    ['a private address', 'https://192.168.0.1/', literal],
    ['localhost', 'https://localhost/', self],
    ['a name of anybody else', 'https://myexample.com/', unknown],
    ['a private name of anybody else', 'https://inside.company/', leads],
    ['a name that ends like a chat', 'https://nothooks.slack.com.evil.company/', leads],
  ])('%s', async (_sentence, url, refusal) => {
    const { asked, resolve } = nameServer({
      'inside.company': ['10.0.0.1'],
      'nothooks.slack.com.evil.company': ['10.0.0.1'],
    })
    expect(await refusalOf({ resolve, needsNoLookup })(new URL(url))).toBe(refusal)
    expect(asked).toHaveLength(refusal === leads || refusal === unknown ? 1 : 0)
  })
})
