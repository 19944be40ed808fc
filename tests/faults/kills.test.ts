import { expect, test } from 'vitest'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { eventually } from '../support/service.ts'
import { killSometime, openLab, pause, seeded } from './lab.ts'

const kills = size(3, 8)

test(`kills while mails are sent: nobody is missed, nobody is told twice ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: size(1_000, 10_000), speed: 4 })
  const service = await lab.start()
  await lab.open(service)
  for (let kill = 0; kill < kills; kill++) await killSometime(lab, service, 'mail')
  await expectInvariants(context, lab)
}, 120_000)

test(`kills while a provider without idempotency sends: nobody is missed ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: size(1_000, 10_000), speed: 4, keepsKeys: false })
  const service = await lab.start()
  await lab.open(service)
  for (let kill = 0; kill < kills; kill++) await killSometime(lab, service, 'mail')
  // Each kill leaves four lanes of a hundred; what an operator has just set off has four of its own.
  await expectInvariants(context, lab, { duplicatesAtMost: 100 * 4 * (kills + 1) })
}, 120_000)

test(`kills while texts are sent: what may have been sent is looked for ${seeded}`, async (context) => {
  await using lab = await openLab({ texts: size(100, 3_000), speed: 10 })
  const service = await lab.start()
  await lab.open(service)
  for (let kill = 0; kill < kills; kill++) await killSometime(lab, service, 'text')
  await expectInvariants(context, lab, { within: size(60, 400) })
  expect(lab.office.begun('text')).toBeGreaterThanOrEqual(lab.texts)
}, 480_000)

test(`kills before and while it is found out who is told: everybody is written down once ${seeded}`, async (context) => {
  const mails = size(4_000, 20_000)
  await using lab = await openLab({ mails, speed: 10 })
  const service = await lab.start()
  await lab.open(service)
  await service.kill('SIGKILL')
  await service.restart()
  lab.kills = 1
  const cursor = async () => {
    const [row] = await lab.look<{ at: number }>('SELECT expand_cursor AS at FROM announcements')
    return row!.at
  }
  for (let seen = 0; lab.kills < kills && seen < mails; lab.kills++) {
    await eventually('it goes on', async () => (await cursor()) > seen)
    await pause(lab.chance() * 20)
    await service.kill('SIGKILL')
    seen = await cursor()
    await service.restart()
  }
  await expectInvariants(context, lab, { within: 120 })
  const rows = 'SELECT count(*) AS rows, count(DISTINCT subscriber_seq) AS people FROM deliveries'
  expect(await lab.look(rows)).toEqual([{ rows: mails, people: mails }])
  expect(await lab.look('SELECT count(*) AS n FROM announcements')).toEqual([{ n: 1 }])
}, 240_000)

test(`SIGTERM while mails are sent: what is under way ends, nothing new begins ${seeded}`, async (context) => {
  await using lab = await openLab({ mails: 2_500, speed: 2 })
  const service = await lab.start()
  await lab.open(service)
  let ended: Promise<number | null> | undefined
  await lab.office.stepIn('mail', 3, 'before', async () => {
    ended = service.kill('SIGTERM')
    await pause(300)
  })
  const began = performance.now()
  expect(await ended).toBe(0)
  expect(performance.now() - began).toBeLessThan(10_000)
  const held = 'SELECT count(*) AS n FROM batches WHERE leased_until IS NOT NULL'
  expect(await lab.look(held), 'no lease is left').toEqual([{ n: 0 }])
  expect(lab.told('mail').size).toBeLessThan(lab.mails)
  await service.restart()
  await expectInvariants(context, lab)
}, 60_000)
