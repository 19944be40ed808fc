import { expect } from 'vitest'
import { ofMail, ofTextForged, type Forgery } from './callbacks.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { untilTold } from './waiting.ts'

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
