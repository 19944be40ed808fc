import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { link } from '../../api/actions/subscribers/links.ts'
import type { Deps } from '../../api/deps.ts'
import { createSecrets } from '../../api/secrets.ts'
import { type Service } from '../support/service.ts'
import { fromPhone } from './callbacks.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { secretKey } from './people.ts'
import { scenario } from './scenario.ts'
import { untilFull, untilTold } from './waiting.ts'

const BATCH = 100

scenario(19, 'who leaves before, while and after they are told', async (context) => {
  await using lab = await openLab({ mails: size(1_200, 2_500), texts: 60 })
  const service = await lab.start()
  const underWay = Promise.withResolvers<void>()
  for (let nth = 3; nth <= 25; nth++)
    void lab.office.stepIn('mail', nth, 'before', () => underWay.promise)
  for (let nth = 5; nth <= 60; nth++)
    void lab.office.stepIn('text', nth, 'before', () => underWay.promise)
  await lab.open(service)
  await untilFull(lab)

  const waiting = [
    await person(lab, 'email', 'pending', 501),
    await person(lab, 'email', 'pending', 502),
  ]
  const leased = [
    await person(lab, 'email', 'sending', 1),
    await person(lab, 'email', 'sending', 150),
  ]
  const told = [
    await person(lab, 'email', 'accepted', 1),
    await person(lab, 'email', 'accepted', 2),
  ]
  const texting = await person(lab, 'sms', 'pending', 20)
  const stopping = [
    await person(lab, 'sms', 'sending', 1),
    await person(lab, 'sms', 'accepted', 1),
    texting,
  ]
  const staying = await person(lab, 'email', 'accepted', 3)
  const pairs = [waiting, leased, told] as [Person, Person][]
  for (const [leaving, erased] of pairs) {
    await leave(lab, service, leaving)
    await erase(service, erased)
  }
  const bouncing = await person(lab, 'email', 'pending', 503)
  await lab.look(
    `INSERT INTO suppressions (channel, address_hash, reason, created_at)
     SELECT channel, address_hash, 'bounce', ${lab.now()} FROM subscribers WHERE seq = ${bouncing.seq}`,
  )
  const erased = pairs.map(([, { address }]) => address)
  expect(await traces(lab, [staying.address, ...erased]), 'only who stays is to be found').toEqual([
    staying.address,
  ])
  for (const [nth, { address }] of stopping.entries()) {
    const answer = await fetch(await fromPhone(lab, address, 'STOP', nth))
    expect(answer.status).toBe(200)
  }
  // Those batches are repeated: what they hold must not have changed for who left meanwhile.
  lab.sandbox.faults.set('resend', 'error_after', lab.office.begun('mail') - 2)
  const [changed] = await lab.look<{ batch_id: string }>(
    `SELECT batch_id FROM deliveries WHERE subscriber_seq = ${leased[1]!.seq}`,
  )
  underWay.resolve()
  await untilTold(service, lab.acknowledged[0]!)
  const unknown = await lab.look<{ batch_id: string }>(
    "SELECT DISTINCT batch_id FROM deliveries WHERE state = 'unknown'",
  )
  expect([changed], 'one request only is not what it was').toEqual(expect.arrayContaining(unknown))

  await lab.open(service, { name: 'The market is down' })
  const silent = [...waiting, texting, bouncing].map(({ address }) => address)
  const gone = [...leased, ...told, ...stopping].map(({ address }) => address)
  const left = 2 * (silent.length + gone.length)
  await expectInvariants(context, lab, {
    silent,
    excused: gone,
    endings: { skipped: left, suppressed: left, unknown: BATCH },
  })
  const heard = new Map([...lab.told('mail'), ...lab.told('text')])
  const again = gone.filter((address) => (heard.get(address) ?? 0) > 1)
  expect(again, 'nobody hears anything after they left').toEqual([])
  expect(await traces(lab, erased), 'nor is there a trace of what was told meanwhile').toEqual([])
})

type Person = { id: string; seq: number; address: string; token_version: number }

async function person(lab: Lab, channel: string, state: string, nth: number): Promise<Person> {
  const [found] = await lab.look<Person>(
    `SELECT s.id, s.seq, s.address, s.token_version FROM deliveries d
     JOIN subscribers s ON s.seq = d.subscriber_seq
     WHERE d.channel = '${channel}' AND d.state = '${state}' ORDER BY d.id LIMIT 1 OFFSET ${nth - 1}`,
  )
  expect(found, `${nth} by ${channel} that is ${state}`).toBeDefined()
  return found!
}

/** One click in the mail program. */
async function leave(lab: Lab, service: Service, { id, token_version }: Person): Promise<void> {
  const deps = { publicUrl: service.url, secrets: await createSecrets(secretKey) } as Deps
  const linked = { id, tokenVersion: token_version, challengedAt: lab.now() }
  const answer = await fetch(await link(deps, 'unsubscribe', linked), {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  })
  expect(answer.status).toBe(200)
}

async function erase(service: Service, { id }: Person): Promise<void> {
  const answer = await service.api(`/api/admin/subscribers/${id}`, { method: 'DELETE' })
  expect(answer.status).toBeLessThan(300)
}

/** Which of the addresses stand in the plain bytes of the database's files, its log included. */
async function traces(lab: Lab, sought: string[]): Promise<string[]> {
  const files = (await readdir(lab.dir)).filter((file) => file.startsWith('allclear.db'))
  // A log goes when its database is closed.
  const bytes = await Promise.all(
    files.map((file) => readFile(join(lab.dir, file), 'latin1').catch(() => '')),
  )
  return sought.filter((address) => bytes.some((text) => text.includes(address)))
}
