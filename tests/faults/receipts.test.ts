import { createClient } from '@libsql/client'
import { expect } from 'vitest'
import { type Forgery, ofMail, ofText, ofTextForged } from './callbacks.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { type Lab, openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { pause, untilTold } from './waiting.ts'

const mailEvents = ['email.sent', 'email.delivered', 'email.bounced', 'email.complained']
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
  const letters = Array.from({ length: 3 * people }, (_, i) => {
    const mail = lab.sandbox.mails.all()[i % people]!
    const text = lab.sandbox.texts.all()[i % people]!
    return [
      ...mailEvents.map((type) => () => ofMail(lab, mail, type)),
      ...textStates.map((state) => () => ofText(text, state, state)),
    ]
  }).flat()
  const answers = await inLanes(shuffled(lab, letters), 8)
  const first = await Promise.all(early.map(async (answer) => (await answer).status))
  expect([...first, ...answers].filter((status) => status !== 200)).toEqual([])

  const states = await lab.look(
    'SELECT channel, state, count(*) AS n FROM deliveries GROUP BY 1, 2 ORDER BY 1',
  )
  expect(states).toEqual([
    { channel: 'email', state: 'complained', n: people },
    { channel: 'sms', state: 'undelivered', n: people },
  ])
  const silenced = await lab.look(
    'SELECT channel, reason, count(*) AS n FROM suppressions GROUP BY 1, 2 ORDER BY 1',
  )
  expect(silenced).toContainEqual({ channel: 'email', reason: 'complaint', n: people })
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
  (change: (form: URLSearchParams) => void, elsewhere = false) =>
  ({ sandbox, services }: Lab) => {
    const [told] = sandbox.texts.all()
    const url = told!.status_callback!.replace(services[0]!.url, 'http://127.0.0.1:1')
    return ofTextForged(told!, change, elsewhere ? url : undefined)
  }

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
  ['a text’s receipt with a changed field', text((form) => form.set('MessageStatus', 'delivered'))],
  ['a text’s receipt with a field twice', text((form) => form.append('MessageStatus', 'failed'))],
  ['a text’s receipt for another port', text(() => {}, true)],
]

scenario(13, 'receipts that are forged, stale, too early or replayed', async (context) => {
  await using lab = await openLab({ mails: 3, texts: 3 })
  const service = await lab.start()
  await untilTold(service, await lab.open(service))
  const ledger = () => lab.look('SELECT id, state FROM deliveries ORDER BY id')
  const clean = await ledger()
  for (const [name, forge] of forgeries) {
    expect.soft((await fetch(await forge(lab))).status, name).toBe(403)
    expect.soft(await ledger(), `${name} changes nothing`).toEqual(clean)
  }

  // One of two signatures suffices while a secret is rotated.
  const request = await bounce({ also: 'v1,bm90aGluZw== ' })(lab)
  const again = request.clone()
  expect((await fetch(request)).status).toBe(200)
  const after = await ledger()
  expect(after).not.toEqual(clean)
  expect((await fetch(again)).status).toBe(200)
  expect(await ledger(), 'a replay changes nothing more').toEqual(after)
  const silenced = await lab.look('SELECT reason FROM suppressions')
  expect(silenced).toEqual([{ reason: 'bounce' }])
  await expectInvariants(context, lab)
})
