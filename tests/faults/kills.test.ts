import { expect } from 'vitest'
import { isFull, size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { killSometime } from './killing.ts'
import { openLab, type Lab } from './lab.ts'
import type { Kind, Phase } from './post.ts'
import { scenario } from './scenario.ts'
import { moveOn } from './waiting.ts'

/** Requests under way at once, and what each may hold. */
const LANES = 4
const BATCH = 100

/** What was claimed never arrived, what was accepted is not known to be; the rest is chance. */
const moments: Phase[] = ['instead', 'after']

async function killAgainAndAgain(lab: Lab, kind: Kind, times = size(2, 8)): Promise<void> {
  const service = await lab.start()
  await lab.open(service)
  for (let kill = 0; kill < times; kill++) await killSometime(lab, service, kind, moments[kill])
  expect(lab.kills, 'it was hit while it sent').toBeGreaterThanOrEqual(isFull ? 5 : 2)
  expect(lab.office.dropped(kind), 'what was claimed never arrived').toBeGreaterThan(0)
  await moveOn(lab)
}

scenario(1, 'kills while mails are sent', async (context) => {
  await using lab = await openLab({ mails: size(1_000, 10_000), speed: 4 })
  await killAgainAndAgain(lab, 'mail')
  await expectInvariants(context, lab)
})

scenario(
  2,
  'kills while a provider without idempotency sends',
  async (context) => {
    await using lab = await openLab({ mails: size(1_500, 10_000), speed: 4, keepsKeys: false })
    await killAgainAndAgain(lab, 'mail')
    await expectInvariants(context, lab, { duplicatesAtMost: BATCH * LANES * lab.kills })
    // Accepted, killed, and sent again under a key that means nothing: who counts must have seen it.
    expect(context.task.meta.finding!.duplicates, 'told twice is noticed').toBeGreaterThan(0)
  },
  { onlyFull: true },
)

scenario(
  3,
  'kills while texts are sent: what may have been sent is looked for',
  async (context) => {
    await using lab = await openLab({ texts: size(60, 3_000), speed: 10 })
    await killAgainAndAgain(lab, 'text')
    await expectInvariants(context, lab, { within: 400 })
    const sent = lab.office.begun('text')
    expect(sent, 'again what never arrived, and nothing else').toBe(
      lab.texts + lab.office.dropped('text'),
    )
  },
  { seconds: 600 },
)

scenario(
  null,
  'kills while receipts come in: the page never lies',
  async (context) => {
    await using lab = await openLab({
      mails: size(600, 4_000),
      texts: size(20, 200),
      speed: 10,
      receipts: true,
    })
    await killAgainAndAgain(lab, 'mail')
    await expectInvariants(context, lab, { within: 200 })
    const told = await lab.look<{ state: string }>('SELECT DISTINCT state FROM deliveries')
    expect(told.map(({ state }) => state)).toContain('delivered')
  },
  { onlyFull: true },
)
