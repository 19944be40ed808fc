import { createClient } from '@libsql/client'
import { expect } from 'vitest'
import { type Forgery, fromPhone, ofMail, ofText, ofTextForged } from './callbacks.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { type Lab, openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { pause, untilTold } from './waiting.ts'

const TIMES = 3
const mailEvents = ['email.sent', 'email.delivered', 'email.bounced']
const eventsOf = (complains: boolean) => [...mailEvents, ...(complains ? ['email.complained'] : [])]
const textStates = ['queued', 'sent', 'delivered', 'undelivered']

scenario(12, 'receipts that come three times and in any order', async (context) => {
  const people = size(24, 100)
  await using lab = await openLab({ mails: people, texts: people, speed: 10 })
  const service = await lab.start()
  const early: Promise<Response>[] = []
  // The first receipts come before the answer to the request that they are about.
  const mailed = lab.office.stepIn('mail', 1, 'after', async () => {
    const request = await ofMail(lab, lab.sandbox.mails.all()[0]!, 'email.delivered')
    early.push(fetch(request))
    await Promise.all(early)
  })
  const texted = lab.office.stepIn('text', 1, 'after', async () => {
    const request = await ofText(lab.sandbox.texts.all()[0]!, 'delivered', 'early')
    early.push(fetch(request))
    await Promise.all(early)
  })
  await lab.open(service)
  await Promise.all([mailed, texted])
  await untilTold(service, lab.acknowledged[0]!)
  const first = await Promise.all(early.map(async (answer) => (await answer).status))
  expect(first, 'they are heard').toEqual([200, 200])
  const heard = await lab.look(
    "SELECT channel, count(*) AS n FROM deliveries WHERE state = 'delivered' GROUP BY 1 ORDER BY 1",
  )
  expect(heard, 'an answer that comes later takes nothing back').toEqual([
    { channel: 'email', n: 1 },
    { channel: 'sms', n: 1 },
  ])
  const complaining = people / 2
  const letters = Array.from({ length: TIMES * people }, (_, i) => {
    const mail = lab.sandbox.mails.all()[i % people]!
    const text = lab.sandbox.texts.all()[i % people]!
    return [
      ...eventsOf(i % people < complaining).map((type) => () => ofMail(lab, mail, type)),
      ...textStates.map((state) => () => ofText(text, state, state)),
    ]
  }).flat()
  const answers = await inLanes(shuffled(lab, letters), 8)
  expect(answers.filter((status) => status !== 200)).toEqual([])

  const states = await lab.look(
    'SELECT channel, state, count(*) AS n FROM deliveries GROUP BY 1, 2 ORDER BY 1, 2',
  )
  expect(states).toEqual([
    { channel: 'email', state: 'bounced', n: people - complaining },
    { channel: 'email', state: 'complained', n: complaining },
    { channel: 'sms', state: 'undelivered', n: people },
  ])
  const silenced = await lab.look(
    'SELECT channel, reason, count(*) AS n FROM suppressions GROUP BY 1, 2 ORDER BY 1, 2',
  )
  expect(silenced, 'once each, for the graver reason').toEqual([
    { channel: 'email', reason: 'bounce', n: people - complaining },
    { channel: 'email', reason: 'complaint', n: complaining },
  ])
  await expectInvariants(context, lab)
})

scenario(12, 'a kill right after a receipt was answered', async (context) => {
  await using lab = await openLab({ mails: 3 })
  const service = await lab.start()
  await untilTold(service, await lab.open(service))
  const other = createClient({ url: lab.databaseUrl, timeout: 5_000 })
  const lock = await other.transaction('write')
  const answered = fetch(await ofMail(lab, lab.sandbox.mails.all()[0]!, 'email.bounced')).then(
    ({ status }) => status,
    () => null,
  )
  await Promise.race([answered, pause(1_000)])
  await service.kill('SIGKILL')
  lab.kills++
  await lock.rollback()
  other.close()
  await service.restart()
  const isStored = (await lab.look("SELECT 1 FROM deliveries WHERE state = 'bounced'")).length > 0
  expect(isStored, 'what is not stored is not answered').toBe((await answered) === 200)
  await expectInvariants(context, lab)
})

function shuffled<T>({ chance }: Lab, items: T[]): T[] {
  return items
    .map((item) => ({ item, at: chance() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

async function inLanes(letters: (() => Promise<Request>)[], lanes: number): Promise<number[]> {
  const statuses: number[] = []
  const next = letters.values()
  const lane = async () => {
    for (const write of next) statuses.push((await fetch(await write())).status)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return statuses
}

const bounce = (forgery: Forgery) => (lab: Lab) =>
  ofMail(lab, lab.sandbox.mails.all()[0]!, 'email.bounced', forgery)
const text =
  (change: Parameters<typeof ofTextForged>[1]) =>
  ({ sandbox }: Lab) =>
    ofTextForged(sandbox.texts.all()[0]!, change)
const elsewhere = ({ sandbox, services }: Lab) => {
  const [told] = sandbox.texts.all()
  const url = told!.status_callback!.replace(services[0]!.url, 'http://127.0.0.1:1')
  return ofTextForged(told!, { url })
}
const phone = (change: Parameters<typeof fromPhone>[4]) => (lab: Lab) =>
  fromPhone(lab, lab.sandbox.texts.all()[0]!.to, 'STOP', 0, change)

const forgeries: [string, (lab: Lab) => Promise<Request>][] = [
  ['a wrong secret', bounce({ secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })],
  ['a signature of five minutes ago', bounce({ age: 310 })],
  ['a signature of the future', bounce({ age: -310 })],
  [
    'a body that was written anew',
    bounce({ rewrite: (body) => JSON.stringify(JSON.parse(body), null, 1) }),
  ],
  ['another id than was signed', bounce({ id: 'msg_another' })],
  [
    'no signature at all',
    async ({ services }) =>
      new Request(`${services[0]!.url}/hooks/resend`, { method: 'POST', body: '{}' }),
  ],
  [
    'a text’s receipt with a changed field',
    text({ change: (form) => form.set('MessageStatus', 'delivered') }),
  ],
  [
    'a text’s receipt with a field twice',
    text({ change: (form) => form.append('MessageStatus', 'failed') }),
  ],
  ['a text’s receipt for another port', elsewhere],
  ['a text’s receipt with another token', text({ token: 'f'.repeat(32) })],
  ['a STOP with another token', phone({ token: 'f'.repeat(32) })],
  ['a STOP from another number', phone({ change: (form) => form.set('From', '+15005550001') })],
]

scenario(13, 'receipts that are forged, stale, too early or replayed', async (context) => {
  await using lab = await openLab({ mails: 3, texts: 3 })
  const service = await lab.start()
  await untilTold(service, await lab.open(service))
  const ledger = () =>
    lab.look(
      `SELECT 'told' AS what, id, state FROM deliveries
       UNION ALL SELECT 'subscribed', seq, state FROM subscribers
       UNION ALL SELECT 'silenced', address_hash, reason FROM suppressions ORDER BY 1, 2`,
    )
  const clean = await ledger()
  for (const [name, forge] of forgeries) {
    expect.soft((await fetch(await forge(lab))).status, name).toBe(403)
    expect.soft(await ledger(), `${name} changes nothing`).toEqual(clean)
  }

  async function expectHeardOnce(request: Request): Promise<void> {
    const before = await ledger()
    const again = request.clone()
    expect((await fetch(request)).status).toBe(200)
    const after = await ledger()
    expect(after).not.toEqual(before)
    expect((await fetch(again)).status).toBe(200)
    expect(await ledger(), 'a replay changes nothing more').toEqual(after)
  }

  // One of two signatures suffices while a secret is rotated, and almost five minutes are no age.
  await expectHeardOnce(await bounce({ also: 'v1,bm90aGluZw== ', age: 280 })(lab))
  await expectHeardOnce(await text({})(lab))
  const { to } = lab.sandbox.texts.all()[1]!
  await expectHeardOnce(await fromPhone(lab, to, 'STOP', 1))
  const start = await fromPhone(lab, to, 'START', 2)
  await expectHeardOnce(start.clone())
  await expectHeardOnce(await fromPhone(lab, to, 'STOP', 3))
  const ended = await ledger()
  expect((await fetch(start)).status).toBe(200)
  expect(await ledger(), 'an old START lifts no newer STOP').toEqual(ended)
  const silenced = await lab.look('SELECT reason FROM suppressions ORDER BY 1')
  expect(silenced).toEqual([{ reason: 'bounce' }, { reason: 'stop' }])
  await expectInvariants(context, lab)
})
