import { Resolver } from 'node:dns/promises'
import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hostsFile } from '../../../api/probers/hosts-file.ts'
import { nameLookup } from '../../../api/probers/names.ts'
import { until } from '../../support/listen.ts'
import { serveAnswers, type Records } from '../../support/name-server.ts'
import { closers } from './asking.ts'

const four: Records = { A: [Buffer.of(203, 0, 113, 7), Buffer.of(203, 0, 113, 8)] }
const six: Records = { AAAA: [Buffer.from('20010db8000000000000000000000007', 'hex')] }
const [noSuchName, failure, refusal] = [{ code: 3 }, { code: 2 }, { code: 5 }]

type Say = Parameters<typeof serveAnswers>[0]
type System = () => Promise<{ address: string; family: number }[]>

/** Looks names up at a name server that says such things, and knows nothing else. */
async function lookupAt(
  say: Say,
  { system = knowsNobody as System, hosts = '', timeout = 300 } = {},
) {
  const asked: string[] = []
  const server = await serveAnswers((name, type) => {
    asked.push(`${name} ${type}`)
    return say(name, type)
  })
  closers.push(server.close)
  const dir = await mkdtemp(join(tmpdir(), 'allclear-hosts-'))
  closers.push(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, 'hosts'), hosts)
  const resolver = new Resolver({ tries: 1, timeout })
  resolver.setServers([`127.0.0.1:${server.port}`])
  const look = nameLookup({ servers: () => resolver, hosts: hostsFile(join(dir, 'hosts')), system })
  const lookup = (name: string, signal = new AbortController().signal) => look(name, signal)
  return { lookup, asked }
}

function knowsNobody(): Promise<never> {
  return Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))
}

function knowsPrinters() {
  return Promise.resolve([{ address: '10.0.0.9', family: 4 }])
}

/** Whether it is the question that only living name servers answer. */
const isUnheardOf = (name: string) => /^allclear-[\da-f]{8}\.example\.com$/.test(name)
const addresses = (found: { address: string }[]) => found.map(({ address }) => address)

describe('a name', () => {
  test('has the addresses of both families, in turn', async () => {
    const { lookup } = await lookupAt(() => ({ records: { ...four, ...six } }))
    expect(addresses(await lookup('shop.example'))).toEqual([
      '203.0.113.7',
      '2001:db8::7',
      '203.0.113.8',
    ])
  })

  test.each([
    ['silent', null],
    ['in trouble', failure],
  ])('is found by IPv4 alone where its server is %s about IPv6', async (_, said) => {
    const say: Say = (_, type) => (type === 'A' ? { records: four } : said)
    const { lookup } = await lookupAt(say, { timeout: 5_000 })
    const started = performance.now()
    expect(addresses(await lookup('shop.example'))).toEqual(['203.0.113.7', '203.0.113.8'])
    expect(performance.now() - started, 'before the other family is given up').toBeLessThan(2_500)
  })

  test('of the list of the machine itself needs no name server', async () => {
    const hosts = '# ours\n10.0.0.5\tShop.example shop # the shop\nfd00::5 shop.example\nrubbish\n'
    const { lookup, asked } = await lookupAt(() => null, { hosts })
    expect(addresses(await lookup('SHOP.example.'))).toEqual(['10.0.0.5', 'fd00::5'])
    expect(asked).toEqual([])
  })

  test('that only the machine knows, by other ways, is found', async () => {
    const { lookup } = await lookupAt(() => noSuchName, { system: knowsPrinters })
    expect(addresses(await lookup('printer.local'))).toEqual(['10.0.0.9'])
  })

  test.each([
    ['that does not exist', noSuchName],
    ['without an address', {}],
  ])('%s is said to be none', async (_, said) => {
    const { lookup } = await lookupAt(() => said)
    await expect(lookup('nowhere.example')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  test('asked for by many at once is looked up once', async () => {
    const { lookup, asked } = await lookupAt(() => ({ records: four }))
    await Promise.all(Array.from({ length: 20 }, () => lookup('shop.example')))
    expect(asked.toSorted()).toEqual(['shop.example A', 'shop.example AAAA'])
    await lookup('shop.example')
    expect(asked.length).toBe(4)
  })
})

describe('where name servers tell nothing of a name', () => {
  test.each([
    ['silent', null, 'ETIMEOUT'],
    ['in trouble', failure, 'ESERVFAIL'],
    ['unwilling', refusal, 'EREFUSED'],
  ])('it is the name, if they are %s about it alone', async (_, said, code) => {
    const { lookup } = await lookupAt((name) => (isUnheardOf(name) ? noSuchName : said))
    await expect(lookup('shop.example')).rejects.toMatchObject({ name: 'Error', code })
  })

  test.each([
    ['silent', null],
    ['in trouble', failure],
    ['unwilling', refusal],
  ])('it is our own fault, if they are %s about everything', async (_, said) => {
    const { lookup } = await lookupAt(() => said)
    await expect(lookup('shop.example')).rejects.toMatchObject({ name: 'OwnFault' })
  })

  test('whoever asks with little time learns whose fault it is, too', async () => {
    const slow = { timeout: 2_000 }
    const alive = await lookupAt((name) => (isUnheardOf(name) ? noSuchName : null), slow)
    await expect(alive.lookup('shop.example', AbortSignal.timeout(1_000))).rejects.toMatchObject({
      code: 'ETIMEOUT',
    })
    const dead = await lookupAt(() => null, slow)
    await expect(dead.lookup('shop.example', AbortSignal.timeout(1_000))).rejects.toMatchObject({
      name: 'OwnFault',
    })
  })

  test('many names in doubt are one question to the servers', async () => {
    const { lookup, asked } = await lookupAt((name) => (isUnheardOf(name) ? noSuchName : failure))
    const names = Array.from({ length: 30 }, (_, i) => `shop${i}.example`)
    await Promise.allSettled(names.map((name) => lookup(name)))
    expect(asked.filter((one) => isUnheardOf(one.split(' ')[0]!)).length).toBe(1)
  })
})

test('names whose servers hang hold up nobody else', async () => {
  const { lookup } = await lookupAt((name) => (name.startsWith('dead') ? null : { records: four }))
  const dead = Array.from({ length: 40 }, (_, i) => lookup(`dead${i}.example`).catch(() => 'dead'))
  const living = lookup('shop.example').then(() => 'found')
  expect(await Promise.race([living, ...dead])).toBe('found')
  expect(new Set(await Promise.all(dead))).toEqual(new Set(['dead']))
  await until(() => process.getActiveResourcesInfo().every((name) => name !== 'GetAddrInfoReqWrap'))
})
