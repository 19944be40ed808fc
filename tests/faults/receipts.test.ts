import { expect } from 'vitest'
import { size } from './chance.ts'
import { ofMail, ofText } from './callbacks.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { untilTold } from './waiting.ts'

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
