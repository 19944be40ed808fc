import { expect, test } from 'vitest'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { killSometime, openLab, seeded } from './lab.ts'

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
  // Four lanes of a hundred are under way at most, and each may have been accepted before its sender died.
  await expectInvariants(context, lab, { duplicatesAtMost: 100 * 4 * kills })
}, 120_000)

test(`kills while texts are sent: what may have been sent is looked for ${seeded}`, async (context) => {
  await using lab = await openLab({ texts: size(100, 3_000), speed: 10 })
  const service = await lab.start()
  await lab.open(service)
  for (let kill = 0; kill < kills; kill++) await killSometime(lab, service, 'text')
  await expectInvariants(context, lab)
  expect(lab.office.begun('text')).toBeGreaterThanOrEqual(lab.texts)
}, 240_000)
