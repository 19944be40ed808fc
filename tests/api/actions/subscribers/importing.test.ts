import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eraseSubscriber } from '../../../../api/actions/subscribers/erasing.ts'
import {
  beginImport,
  importSubscribers,
  showImport,
} from '../../../../api/actions/subscribers/importing.ts'
import { suppress } from '../../../../api/actions/subscribers/suppressions.ts'
import { UNCONFIRMED_PER_DOMAIN } from '../../../../api/domain/sign-up-limits.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import type { SubscriberState, SuppressionReason } from '../../../../api/domain/words.ts'
import { announcements, auditLog, deliveries, imports, subscribers } from '../../../../db/schema.ts'
import { shop, subscribePeople } from '../../../support/shop.ts'
import { ask, subscribingWorld } from '../../../support/subscribing.ts'
import { operator, tellingWorld, tick } from '../../../support/telling.ts'
import type { World } from '../../../support/world.ts'

let w: World

beforeEach(async () => {
  w = await subscribingWorld({ SMS_COUNTRIES: 'DE,GB' })
})
afterEach(() => w[Symbol.asyncDispose]())

const bytes = (text: string) => new TextEncoder().encode(text)
const take = (
  text: string,
  wanted: { confirmed?: boolean; dryRun?: boolean } = {},
  actor = operator,
) => importSubscribers(w.deps, actor, bytes(text), { confirmed: true, dryRun: false, ...wanted })
const all = () => w.deps.db.select().from(subscribers).orderBy(subscribers.seq)
const head = 'channel,address,components,events,min_impact'

test('who has agreed before is active at once, with the choices of the list and no letter', async () => {
  const answer = await take(
    `${head},locale,time_zone,updates,quiet_from,quiet_until,digest_at,confirmed_at\n` +
      'email,Ada@Example.COM,"search, Shop","incident;postmortem",major,en-GB,Asia/Tokyo,start_and_end,22:00,7:00,8:30:00,2020-02-03 04:05:06 UTC\n' +
      'sms,+49 1512 3456789,,,,,,,,,,\n',
  )
  expect(answer).toMatchObject({
    state: 'done',
    total: 2,
    seen: 2,
    imported: 2,
    unchanged: 0,
    refused: [],
    ignored_columns: [],
  })
  const [ada, phone] = await all()
  expect(ada).toMatchObject({
    address: 'Ada@example.com',
    state: 'active',
    preferences: {
      components: [shop.search],
      groups: [shop.group],
      events: ['incident', 'postmortem'],
      min_impact: 'major',
      updates: 'start_and_end',
      quiet: { from: '22:00', until: '07:00' },
      digest_at: '08:30',
    },
    locale: 'en',
    timeZone: 'Asia/Tokyo',
    consent: {
      at: Date.parse('2020-02-03T04:05:06Z'),
      source: 'import',
      text_version: 'imported',
      ip_hash: null,
    },
    confirmedAt: Date.parse('2020-02-03T04:05:06Z'),
    digestDueAt: Date.parse('2026-11-21T23:30:00Z'),
  })
  expect(phone).toMatchObject({
    address: '+4915123456789',
    state: 'active',
    timeZone: 'Europe/Berlin',
    confirmedAt: w.clock.now(),
    preferences: { components: [], groups: [], events: ['incident', 'maintenance', 'postmortem'] },
  })
  expect(await w.deps.db.select().from(deliveries)).toEqual([])
})

test('who has not is asked, behind everything that waits, and only once', async () => {
  const list = `${head}\nemail,ada@example.com,,,\nemail,eve@example.com,,,\nsms,+4915123456789,,,\n`
  expect(await take(list, { confirmed: false })).toMatchObject({ imported: 3, unchanged: 0 })
  expect(await take(list, { confirmed: false })).toMatchObject({ imported: 0, unchanged: 3 })
  expect((await all()).map(({ state, confirmedAt }) => [state, confirmedAt])).toEqual(
    Array.from({ length: 3 }, () => ['pending', null]),
  )
  const letters = await w.deps.db.select().from(deliveries)
  expect(letters.map(({ channel, state, priority }) => [channel, state, priority])).toEqual([
    ['email', 'pending', 9],
    ['email', 'pending', 9],
    ['sms', 'pending', 9],
  ])
  expect(await w.deps.db.select().from(announcements)).toMatchObject([
    { kind: 'confirmation' },
    { kind: 'confirmation' },
  ])
})

test('each who is asked gets a link of their own', async () => {
  const telling = await tellingWorld()
  await using _ = telling
  await importSubscribers(
    telling.deps,
    operator,
    bytes('email\nada@example.com\neve@example.com\n'),
    { confirmed: false, dryRun: false },
  )
  await tick(telling.deps)
  const mails = telling.post.sandbox.mails.all()
  const links = mails.map(({ text }) => /\S+\/subscriptions\/confirm\?token=\S+/.exec(text)![0])
  expect(mails.map(({ to }) => to).toSorted()).toEqual(['ada@example.com', 'eve@example.com'])
  expect(new Set(links).size).toBe(2)
})

test('many who are asked for a list do not keep strangers from subscribing', async () => {
  const crowd = UNCONFIRMED_PER_DOMAIN + 1
  const list = Array.from({ length: crowd }, (_, i) => `p${i}@example.com`)
  await take(['email', ...list].join('\n'), { confirmed: false })
  await ask(w.deps, { address: 'ada@example.com' })
  expect((await all()).at(-1)).toMatchObject({ address: 'ada@example.com' })
})

test('who was asked here and has agreed elsewhere becomes active, and is not asked any more', async () => {
  const list = `${head}\nemail,ada@example.com,search,,\n`
  await take(list, { confirmed: false })
  expect(await take(list)).toMatchObject({ imported: 1, unchanged: 0 })
  expect(await all()).toMatchObject([
    { state: 'active', preferences: { components: [shop.search] } },
  ])
  expect(await w.deps.db.select().from(deliveries)).toMatchObject([{ state: 'skipped' }])
})

test('a dry run says the same and changes nothing', async () => {
  await subscribePeople(w.deps, 1)
  const list = `${head}\nemail,person0@example.com,,,\nemail,ada@example.com,,,\nemail,ada,,,\n`
  const dry = await take(list, { dryRun: true })
  expect(await all()).toHaveLength(1)
  const wet = await take(list)
  const told = { total: 3, imported: 1, unchanged: 1, refused: [{ line: 4 }] }
  expect(dry).toMatchObject({ ...told, dry_run: true })
  expect(wet).toMatchObject({ ...told, dry_run: false })
})

describe('a line is refused with its number', () => {
  const bad: [string, string, string][] = [
    ['no email address', 'email,ada at example,,,', 'address: is no email address'],
    ['no channel', ',ada@example.com,,,', 'channel: must be one of email, sms, webhook'],
    ['an unknown channel', 'fax,ada@example.com,,,', 'channel: must be one of'],
    [
      'a channel that is not offered',
      'discord,https://discord.com/x,,,',
      'discord is not offered here',
    ],
    ['no address', 'email,,,,', 'address: must not be empty'],
    [
      'an unknown component',
      'email,ada@example.com,cellar,,',
      'there is no component or group cellar',
    ],
    ['an unknown kind of event', 'email,ada@example.com,,party,', 'events: must be of incident'],
    ['an unknown impact', 'email,ada@example.com,,,huge', 'min_impact: must be one of none'],
    ['a number without its country', 'sms,0151 23456789,,,', 'address: is no mobile number'],
    [
      'a number of another country',
      'sms,+33612345678,,,',
      'SMS to FR are not offered here, only to DE, GB',
    ],
    ['too many cells', 'email,ada@example.com,,,,more', 'has 6 cells where the header has 5'],
    [
      'an address in the wrong column',
      'email,ada@example.com,eve@example.com,,',
      'group (an address)',
    ],
  ]
  test.each(bad)('%s', async (_, line, reason) => {
    const { imported, refused } = await take(`${head}\nemail,first@example.com,,,\n${line}\n`)
    expect(imported).toBe(1)
    expect(refused).toEqual([{ line: 3, reason: expect.stringContaining(reason) }])
  })

  test.each([
    ['a time that is none', 'quiet_from,quiet_until', '25:00,07:00', 'quiet_from: must be a time'],
    ['one end of the quiet hours', 'quiet_from,quiet_until', '22:00,', 'quiet_from, quiet_until'],
    ['a digest of an SMS', 'digest_at,locale', '08:00,en', 'a daily digest comes by email only'],
    ['a zone that is none', 'time_zone,locale', 'Mars/Olympus,en', 'time_zone: must be one'],
    ['an agreement in the future', 'confirmed_at,locale', '2031-01-01,en', 'lies in the future'],
    ['a date that is none', 'confirmed_at,locale', '21.11.2026,en', 'confirmed_at: must be a date'],
    ['an unknown state', 'state,locale', 'happy,en', 'state: must be'],
    ['an end elsewhere', 'state,locale', 'unsubscribed,en', 'has unsubscribed where'],
    ['a silence elsewhere', 'suppressed,locale', 'bounce,en', 'where the list comes from (bounce)'],
    ['single incidents', 'only_incidents,locale', 'true,en', 'follows single incidents only'],
  ])('%s', async (_, columns, cells, reason) => {
    const { refused } = await take(`channel,address,${columns}\nsms,+4915123456789,${cells}\n`)
    expect(refused).toEqual([{ line: 2, reason: expect.stringContaining(reason) }])
  })

  test('an address that was there before in other letters', async () => {
    const { refused } = await take('email\nada@example.com\nAda@example.com\n')
    expect(refused).toEqual([{ line: 3, reason: 'is the same address as line 2' }])
  })

  test('a header that goes on and on', async () => {
    const columns = Array.from({ length: 3_000 }, (_, i) => `c${i}`).join(',')
    await expect(take(`email,${columns}\nada@example.com\n`)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('line 1: a header has at most 10000 characters'),
    })
  })

  test('an address that was there before, however it is written', async () => {
    const { refused } = await take(
      'channel,address\nsms,+4915123456789\nemail,ada@example.com\nsms,+49 (0) 1512 3456789\nemail,ada@EXAMPLE.com\n',
    )
    expect(refused).toEqual([
      { line: 4, reason: 'is the same address as line 2' },
      { line: 5, reason: 'is the same address as line 3' },
    ])
  })

  test('a webhook that leads to a private address', async () => {
    w.deps.providers.push({ ...w.deps.providers[0]!, channel: 'webhook', name: 'webhook' })
    w.deps.refusalOf = (url) =>
      Promise.resolve(url.hostname === 'own.example.com' ? 'refusal.leads_inside' : null)
    const { imported, refused } = await take(
      'channel,address\nwebhook,https://own.example.com/hook\nwebhook,https://open.example.com/hook\n',
    )
    expect(imported).toBe(1)
    expect(refused).toEqual([{ line: 2, reason: 'address: must not lead to a private address' }])
  })

  const known: [string, SubscriberState, SuppressionReason | null, string][] = [
    ['who has unsubscribed', 'unsubscribed', null, 'has unsubscribed before'],
    ['who sent STOP', 'unsubscribed', 'stop', 'asked for silence (STOP)'],
    ['who complained', 'unsubscribed', 'complaint', 'asked for silence (reported'],
    ['whom an operator silenced', 'unsubscribed', 'manual', 'silenced by an operator'],
    ['whose mail came back', 'active', 'bounce', 'messages to it came back'],
  ]
  test.each(known)('%s is not brought back', async (_, state, reason, why) => {
    await subscribePeople(w.deps, 1)
    await w.deps.db.update(subscribers).set({ state })
    const addressHash = await w.deps.secrets.hashAddress('email', 'person0@example.com')
    if (reason)
      await w.deps.db.write(suppress(w.deps, { channel: 'email', addressHash }, reason, ''))
    const before = await all()
    for (const address of ['person0@example.com', 'Person0@example.com']) {
      const { refused } = await take(`email\n${address}\n`)
      expect(refused).toEqual([{ line: 2, reason: expect.stringContaining(why) }])
    }
    expect(await all()).toEqual(before)
  })

  test('who was erased is not brought back', async () => {
    await subscribePeople(w.deps, 1)
    await eraseSubscriber(w.deps, operator, (await all())[0]!.id)
    const { refused } = await take('email\nperson0@example.com\n')
    expect(refused).toEqual([{ line: 2, reason: 'was erased on request' }])
  })

  test('no reason repeats an address, and neither does the row of the import', async () => {
    const parts = ['ada.secret', '+4915123', 'hooks.secret']
    await take(
      'channel,address,components,confirmed_at\nemail,ada.secret@@x,,\nsms,+49151234,,\n' +
        'email,ok@example.com,ada.secret@example.com,\nemail,o2@example.com,,+4915123456789\nfax,hooks.secret,,\n',
    )
    const rows = JSON.stringify(await w.deps.db.select().from(imports))
    for (const part of parts) expect(rows).not.toContain(part)
  })
})

describe('lines are counted as an editor counts them', () => {
  const lines = ['channel,address,components', 'email,ada@example.com,"search,', 'checkout"', '']
  const more = ['email,nobody,', '""," ",', 'email,eve@example.com,']
  const text = [...lines, ...more].join('\n')
  test.each([
    ['with quoted line breaks and empty lines', text],
    ['with a byte order mark', `\uFEFF${text}`],
    ['as Windows writes them', text.replaceAll('\n', '\r\n')],
    ['as an old Macintosh wrote them', text.replaceAll('\n', '\r')],
    ['with semicolons', text.replaceAll(',', ';')],
    ['with tabs', text.replaceAll(',', '\t').replace('search\t', 'search,')],
    ['with a last line break', `${text}\n`],
  ])('%s', async (_, written) => {
    const { total, seen, imported, refused } = await take(written)
    expect({ total, seen, imported }).toEqual({ total: 3, seen: 3, imported: 2 })
    expect(refused).toMatchObject([{ line: 5 }])
    expect((await all())[0]!.preferences.components).toEqual([shop.search, shop.checkout])
  })

  test('also after a thousand others, and after a line that names the separator', async () => {
    const many = Array.from({ length: 1200 }, (_, i) => `"email";"p${i}@example.com"`)
    const { refused, imported } = await take(
      ['sep=;', 'channel;address', ...many, 'email;x'].join('\r\n'),
    )
    expect(imported).toBe(1200)
    expect(refused).toMatchObject([{ line: 1203 }])
  })

  test('a line with quoted line breaks is told by its first', async () => {
    const list = 'channel,components,address\nemail,"search\n,checkout",nobody\nemail,,no\n'
    for (const written of [list, list.replaceAll('\n', '\r\n')])
      expect((await take(written)).refused).toMatchObject([{ line: 2 }, { line: 4 }])
  })

  test('letters of Windows and UTF-16 are read', async () => {
    const list = 'email;components\nada@example.com;Kasse für alle\n'
    await w.deps.db.run("UPDATE components SET name = 'Kasse für alle' WHERE key = 'checkout'")
    const latin = Uint8Array.from(list, (letter) => letter.charCodeAt(0))
    const wide = new Uint8Array([0xff, 0xfe, ...Buffer.from(list, 'utf16le')])
    for (const file of [latin, wide])
      expect(
        await importSubscribers(w.deps, operator, file, { confirmed: true, dryRun: true }),
      ).toMatchObject({ imported: 1, refused: [] })
  })
})

describe('a file is refused as a whole', () => {
  test.each([
    ['without any line', '', 'the file is empty'],
    ['without its address column', 'channel,components\nemail,\n', 'without address'],
    ['without its channel column', 'address\nada@example.com\n', 'without channel'],
    ['without a header', 'ada@example.com,search\n', 'without channel and address'],
    ['with a column twice', 'channel,address,Address\n', 'is there twice'],
    [
      'with a quote that is never closed',
      `${head}\nemail,a@x.example,,,\nemail,"ada,,,\n`,
      'line 3',
    ],
    ['with a quote inside a cell', `${head}\nemail,a"d"a@x.example,,,\n`, 'line 2'],
  ])('%s', async (_, text, reason) => {
    await expect(take(text)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(reason),
    })
    expect(await w.deps.db.select().from(imports)).toEqual([])
    expect(await all()).toEqual([])
  })

  test('and never repeats a cell', async () => {
    const error = await take('channel,address\nemail,"ada@example.com" x\n').catch((e: Error) => e)
    expect((error as Error).message).toContain('line 2')
    expect((error as Error).message).not.toContain('ada')
  })
})

describe("other vendors' columns", () => {
  test('of Statuspage: mode, email, phone_number with its country, endpoint, quarantined_at', async () => {
    w.deps.providers.push({ ...w.deps.providers[0]!, channel: 'webhook', name: 'webhook' })
    const answer = await take(
      'id,mode,email,endpoint,phone_number,phone_country,components,quarantined_at,purge_at,created_at\n' +
        '1,email,ada@example.com,,,,Search,,,2021-01-02T03:04:05.000Z\n' +
        '2,sms,,,7400123456,GB,,,,2021-01-02T03:04:05.000Z\n' +
        '3,webhook,keeper@example.com,https://hooks.example.com/x,,,,,,\n' +
        '4,email,eve@example.com,,,,,2022-01-02T03:04:05.000Z,,\n' +
        '5,slack,,,,,,,,\n',
    )
    expect(answer.ignored_columns).toEqual(['id', 'purge_at'])
    expect(answer.refused).toEqual([
      { line: 5, reason: 'is quarantined where the list comes from' },
      { line: 6, reason: 'address: must not be empty' },
    ])
    expect(
      (await all()).map(({ channel, address, consent }) => [channel, address, consent.at]),
    ).toEqual([
      ['email', 'ada@example.com', Date.parse('2021-01-02T03:04:05Z')],
      ['sms', '+447400123456', Date.parse('2021-01-02T03:04:05Z')],
      ['webhook', 'https://hooks.example.com/x', w.clock.now()],
    ])
  })

  test('of Instatus: email, phone, confirmed, all, components; who has not confirmed there is asked', async () => {
    const answer = await take(
      'id,email,phone,webhook,webhookEmail,confirmed,all,components,createdAt,language\n' +
        'a,ada@example.com,,,,true,true,,2024-10-01T03:48:41.474Z,en\n' +
        'b,eve@example.com,,,,false,true,,2024-10-01T03:48:41.474Z,en\n' +
        'c,,+4915123456789,,,true,false,"Checkout,Search",,\n' +
        'd,bob@example.com,,,,true,false,,,\n',
    )
    expect(answer.ignored_columns).toEqual(['id', 'webhookEmail'])
    expect(answer.refused).toEqual([
      { line: 5, reason: 'components: names none, and all is false' },
    ])
    expect((await all()).map(({ state, preferences }) => [state, preferences.components])).toEqual([
      ['active', []],
      ['pending', []],
      ['active', [shop.checkout, shop.search]],
    ])
  })
})

describe('an import that ends in the middle', () => {
  const list = ['email', ...Array.from({ length: 1800 }, (_, i) => `p${i}@example.com`), 'x'].join(
    '\n',
  )
  const keyed = { ...operator, idempotency: { key: 'k1', requestHash: 'h1' } }

  /** The database goes away after some chunks. */
  async function breakAfter(writes: number) {
    const { write } = w.deps.db
    let left = writes
    w.deps.db.write = (statements) =>
      left-- > 0 ? write(statements) : Promise.reject(new Error('power cut'))
    await take(list, {}, keyed).catch(() => undefined)
    w.deps.db.write = write
    await w.deps.db.update(imports).set({ state: 'running', error: null, finishedAt: null })
  }

  test('is told as ended, and sent again under its key goes on where it stood', async () => {
    await breakAfter(5)
    const [row] = await w.deps.db.select().from(imports)
    expect(row).toMatchObject({ seen: 999, imported: 999 })
    expect((await all()).length).toBe(999)
    expect(await take(list, {}, keyed)).toMatchObject({ state: 'running', seen: 999 })
    w.clock.advance(2 * MINUTE)
    expect(await showImport(w.deps, row!.id)).toMatchObject({ state: 'failed' })
    const answer = await take(list, {}, keyed)
    expect(answer).toMatchObject({ id: row!.id, state: 'done', imported: 1800, unchanged: 0 })
    expect(answer.refused).toMatchObject([{ line: 1802 }])
    expect((await all()).length).toBe(1800)
  })

  test('sent again without a key does the rest', async () => {
    await breakAfter(5)
    expect(await take(list)).toMatchObject({ state: 'done', imported: 801, unchanged: 999 })
  })

  test('a request that is repeated under its key is answered with what the first did', async () => {
    const first = await take(list, {}, keyed)
    expect(await take(list, {}, keyed)).toMatchObject({ id: first.id, imported: 1800 })
    expect(await w.deps.db.select().from(imports)).toHaveLength(1)
    const other = { ...operator, idempotency: { key: 'k1', requestHash: 'other' } }
    await expect(take(list, {}, other)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a process that was only asleep writes no more once another has taken over', async () => {
    const { write } = w.deps.db
    let writes = 0
    w.deps.db.write = async (statements) => {
      if (++writes === 3) {
        w.deps.db.write = write
        w.clock.advance(2 * MINUTE)
        await take(list, {}, keyed)
      }
      return write(statements)
    }
    const { id } = await take(list, {}, keyed)
    expect(await showImport(w.deps, id)).toMatchObject({
      state: 'done',
      seen: 1801,
      imported: 1800,
      unchanged: 0,
    })
  })

  test('two that take the same import over write nothing twice', async () => {
    await breakAfter(2)
    w.clock.advance(2 * MINUTE)
    const runs = await Promise.all([
      beginImport(w.deps, keyed, bytes(list), { confirmed: true, dryRun: false }),
      beginImport(w.deps, keyed, bytes(list), { confirmed: true, dryRun: false }),
    ])
    await Promise.all(runs.map(({ run }) => run()))
    expect(await showImport(w.deps, runs[0].id)).toMatchObject({ imported: 1800, state: 'done' })
    expect((await all()).length).toBe(1800)
  })
})

test('an import leaves one row in the audit log, and its progress after each chunk', async () => {
  const list = ['email', ...Array.from({ length: 1200 }, (_, i) => `p${i}@example.com`)].join('\n')
  const { id, run } = await beginImport(w.deps, operator, bytes(list), {
    confirmed: true,
    dryRun: false,
  })
  expect(await showImport(w.deps, id)).toMatchObject({ state: 'running', total: 1200, seen: 0 })
  await run()
  expect(await showImport(w.deps, id)).toMatchObject({ state: 'done', seen: 1200, imported: 1200 })
  expect(await w.deps.db.select().from(auditLog)).toMatchObject([
    { actor: operator.id, action: 'subscribers.imported', object: `import:${id}` },
  ])
  await expect(showImport(w.deps, 'nothing00000')).rejects.toMatchObject({ code: 'not_found' })
})
