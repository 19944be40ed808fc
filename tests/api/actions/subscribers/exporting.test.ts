import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportSubscribers, type Exported } from '../../../../api/actions/subscribers/exporting.ts'
import { importSubscribers } from '../../../../api/actions/subscribers/importing.ts'
import { suppress } from '../../../../api/actions/subscribers/suppressions.ts'
import { defused, intact } from '../../../../api/domain/csv-text.ts'
import { everything } from '../../../../api/domain/subscription.ts'
import { auditLog, subscribers } from '../../../../db/schema.ts'
import { shop, subscribePeople } from '../../../support/shop.ts'
import { subscribingWorld } from '../../../support/subscribing.ts'
import { operator } from '../../../support/telling.ts'
import type { World } from '../../../support/world.ts'

let w: World

beforeEach(async () => {
  w = await subscribingWorld({ SMS_COUNTRIES: 'DE' })
})
afterEach(() => w[Symbol.asyncDispose]())

async function file(world: World, state?: Exported): Promise<string> {
  return new Response(await exportSubscribers(world.deps, operator, state)).text()
}

test('what is exported and imported elsewhere is exported there as it was', async () => {
  const at = w.clock.now() - 12_345
  const person = {
    channel: 'email',
    state: 'active',
    challengedAt: at,
    createdAt: at,
    updatedAt: at,
    confirmedAt: at,
    consent: { at, source: 'form', text_version: '1', ip_hash: null },
  } as const
  await w.deps.db.insert(subscribers).values([
    {
      ...person,
      id: 'ada000000000',
      address: '=1+1@example.com',
      addressHash: 'a',
      preferences: {
        ...everything,
        components: [shop.search],
        groups: [shop.group],
        events: ['incident', 'postmortem'],
        min_impact: 'major',
        updates: 'start_and_end',
        quiet: { from: '22:00', until: '07:00' },
        digest_at: '08:30',
      },
      timeZone: 'Asia/Tokyo',
    },
    {
      ...person,
      id: 'eve000000000',
      address: "'-eve@example.com",
      addressHash: 'b',
      preferences: everything,
    },
    {
      ...person,
      id: 'bob000000000',
      channel: 'sms',
      address: '+4915123456789',
      addressHash: 'c',
      preferences: everything,
    },
    {
      ...person,
      id: 'pat000000000',
      state: 'pending',
      confirmedAt: null,
      address: 'pat@example.com',
      addressHash: 'd',
      preferences: everything,
    },
  ])
  const here = await file(w)
  expect(here.split('\r\n')).toEqual([
    'channel,address,components,events,min_impact,groups,updates,quiet_from,quiet_until,digest_at,locale,time_zone,only_incidents,state,confirmed_at,suppressed',
    `email,'=1+1@example.com,search,incident|postmortem,major,shop,start_and_end,22:00,07:00,08:30,en,Asia/Tokyo,,active,2026-11-21T11:59:47.655Z,`,
    `email,''-eve@example.com,,incident|maintenance|postmortem,none,,all,,,,en,Etc/UTC,,active,2026-11-21T11:59:47.655Z,`,
    'sms,+4915123456789,,incident|maintenance|postmortem,none,,all,,,,en,Etc/UTC,,active,2026-11-21T11:59:47.655Z,',
    'email,pat@example.com,,incident|maintenance|postmortem,none,,all,,,,en,Etc/UTC,,pending,,',
    '',
  ])
  await using there = await subscribingWorld({ SMS_COUNTRIES: 'DE' })
  const answer = await importSubscribers(there.deps, operator, new TextEncoder().encode(here), {
    confirmed: true,
    dryRun: false,
  })
  expect(answer).toMatchObject({ imported: 4, refused: [], ignored_columns: [] })
  expect(await file(there)).toBe(here)
})

test('who has left or is silenced is listed, and taken over by no import', async () => {
  await subscribePeople(w.deps, 3)
  const [gone, bounced] = await w.deps.db.select().from(subscribers)
  await w.deps.db.run(`UPDATE subscribers SET state = 'unsubscribed' WHERE seq = ${gone!.seq}`)
  await w.deps.db.write(suppress(w.deps, bounced!, 'bounce', 'no mailbox'))
  const list = await file(w)
  await using there = await subscribingWorld()
  const answer = await importSubscribers(there.deps, operator, new TextEncoder().encode(list), {
    confirmed: true,
    dryRun: false,
  })
  expect(answer).toMatchObject({
    imported: 1,
    refused: [
      { line: 2, reason: 'has unsubscribed where the list comes from' },
      { line: 3, reason: 'nothing is sent to it where the list comes from (bounce)' },
    ],
  })
})

const addresses = (text: string) => text.trim().split('\r\n').slice(1)

test('the export is one of many chunks, of a state where that is asked for, and in the audit log', async () => {
  await subscribePeople(w.deps, 2500)
  await w.deps.db.run("UPDATE subscribers SET state = 'pending' WHERE seq > 2000")
  await w.deps.db.run("UPDATE subscribers SET state = 'erased', address = NULL WHERE seq = 1")
  expect(new Set(addresses(await file(w))).size).toBe(2499)
  expect(addresses(await file(w, 'pending'))).toHaveLength(500)
  expect(await w.deps.db.select().from(auditLog)).toMatchObject([
    { actor: operator.id, action: 'subscribers.exported', detail: {} },
    { action: 'subscribers.exported', detail: { state: 'pending' } },
  ])
})

describe('a cell that a spreadsheet would run is shown instead', () => {
  test.each([
    ['a formula', '=1+1', "'=1+1"],
    ['a command', '+cmd|calc!A0@example.com', "'+cmd|calc!A0@example.com"],
    ['an at sign', '@SUM(1)', "'@SUM(1)"],
    ['a minus before text', '-ada@example.com', "'-ada@example.com"],
    ['a tab', '\t=1', "'\t=1"],
    ['a carriage return', '\r=1', "'\r=1"],
    ['a wide sign', '＝1', "'＝1"],
    ['one that begins with an apostrophe', "'=1", "''=1"],
    ['not a number', '+4915123456789', '+4915123456789'],
    ['not a negative number', '-12', '-12'],
    ['not a name with an apostrophe', "o'neil@example.com", "o'neil@example.com"],
    ['not an apostrophe at the beginning', "'ada'@example.com", "'ada'@example.com"],
  ])('%s', (_, cell, shown) => {
    expect(defused(cell)).toBe(shown)
    expect(intact(shown)).toBe(cell)
  })
})
