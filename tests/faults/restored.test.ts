import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { eventually, type Service } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { moveOn, untilFull, untilTold } from './waiting.ts'

const LANES = 4
const DAY = 86_400_000

scenario(
  21,
  'a database as it was while messages were under way',
  async (context) => {
    await using lab = await openLab({ mails: 400, texts: 4, posts: 4 })
    const service = await lab.start()
    const underWay = holdUp(lab, 4)
    await lab.open(service)
    await eventually('all of it is under way', async () =>
      (['mail', 'text'] as const).every((kind) => lab.office.begun(kind) === 4),
    )
    await expectNothingTwice(context, lab, service, underWay)
  },
  { onlyFull: true },
)

scenario(
  21,
  'a database as it was a day ago, whose keys nobody knows any more',
  async (context) => {
    const crowd = { mails: 800, texts: 20, posts: 8 }
    await using lab = await openLab(crowd)
    const service = await lab.start()
    const underWay = holdUp(lab, 100)
    await lab.open(service)
    await untilFull(lab)
    await backUp(lab, service, underWay)
    const before = tellings(lab)
    await lab.jump(DAY + 3_600_000)
    await service.restart()
    await moveOn(lab)
    expect(tellings(lab), 'what may have been told is left to operators').toEqual(before)
    await lab.open(service, { name: 'The market is down' })
    await expectInvariants(context, lab, { endings: { expired: Infinity, unknown: Infinity } })
  },
  { onlyFull: true },
)

scenario(21, 'a database as it was before messages were sent', async (context) => {
  const crowd = { mails: size(800, 5_000), texts: 20, posts: 30 }
  await using lab = await openLab(crowd)
  const service = await lab.start()
  const underWay = holdUp(lab, 100)
  await lab.open(service)
  await untilFull(lab)
  const [row] = await lab.look<{ n: number }>(
    "SELECT count(*) AS n FROM deliveries WHERE state = 'pending' AND channel = 'email'",
  )
  const [air] = await lab.look<{ n: number }>(
    "SELECT count(DISTINCT batch_id) AS n FROM deliveries WHERE state = 'sending' AND channel = 'email'",
  )
  expect(air!.n, 'so many at once, not more').toBe(LANES)
  expect(row!.n, 'it is still to be sent').toBeGreaterThan(0)
  await expectNothingTwice(context, lab, service, underWay)
})

/** The first requests of each kind wait until they may be accepted. */
function holdUp(lab: Lab, count: number): PromiseWithResolvers<void> {
  const underWay = Promise.withResolvers<void>()
  for (const kind of ['mail', 'text'] as const)
    for (let nth = 1; nth <= count; nth++)
      void lab.office.stepIn(kind, nth, 'before', () => underWay.promise)
  return underWay
}

/** Who was told how often, as those say who took the messages. */
function tellings({ told }: Lab): [string, number][] {
  return (['mail', 'text', 'post'] as const).flatMap((kind) => [...told(kind)])
}

/** Goes on with a backup, and then with something that is new to it. */
async function expectNothingTwice(
  context: TestContext,
  lab: Lab,
  service: Service,
  underWay: PromiseWithResolvers<void>,
): Promise<void> {
  await backUp(lab, service, underWay)
  const before = lab.office.begun('mail')
  await service.restart()
  await moveOn(lab)
  expect(lab.office.begun('mail'), 'the provider was asked again').toBeGreaterThan(before)
  // Its deliveries are numbered on from those of the backup.
  await lab.open(service, { name: 'The market is down' })
  await expectInvariants(context, lab)
}

/** Makes a backup, lets everybody be told, and ends on the eve of going on with the backup. */
async function backUp(
  lab: Lab,
  service: Service,
  underWay: PromiseWithResolvers<void>,
): Promise<void> {
  const backup = join(lab.dir, 'backup.db')
  await lab.look(`VACUUM INTO '${backup}'`)
  underWay.resolve()
  await untilTold(service, lab.acknowledged[0]!)
  await service.kill('SIGKILL')
  await lab.undisturbed(async () => {
    for (const file of ['allclear.db', 'allclear.db-wal', 'allclear.db-shm'])
      await rm(join(lab.dir, file), { force: true })
    await copyFile(backup, join(lab.dir, 'allclear.db'))
  })
  lab.kills = 1
}
