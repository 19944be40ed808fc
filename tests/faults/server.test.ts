import { expect } from 'vitest'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { databaseServer } from './database-server.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { expectKept, keepWriting } from './traffic.ts'
import { moveOn, pause } from './waiting.ts'

const crowd = { mails: size(800, 5_000), texts: 10, posts: 10, speed: 10 }

scenario(17, 'a database server that is killed again and again', async (context) => {
  await using server = await databaseServer()
  await using lab = await openLab({ ...crowd, databaseUrl: server.url })
  const kills = size(1, 5)
  await tellMeanwhile(lab, server.wire.url, async () => {
    for (let kill = 0; kill < kills; kill++)
      await whileMailIsSent(lab, async () => {
        await server.kill()
        lab.kills++
        await pause(lab.chance() * 300)
        await server.startAgain()
      })
  })
  expect(lab.kills, 'it was hit while everybody was told').toBe(kills)
  await expectInvariants(context, lab)
})

scenario(
  17,
  'a line to the database that loses answers and is cut',
  async (context) => {
    await using server = await databaseServer()
    await using lab = await openLab({ ...crowd, databaseUrl: server.url })
    const { wire } = server
    const losses = size(3, 8)
    await tellMeanwhile(lab, wire.url, async () => {
      for (let loss = 1; loss <= losses; loss++) {
        await whileMailIsSent(lab, async () => wire.loseAnswers(1, WRITE))
        await eventually('what was written is not answered', async () => wire.lost() === loss)
        if (lab.chance() < 0.5) continue
        await whileMailIsSent(lab, async () => {
          await wire.cut()
          await pause(lab.chance() * 200)
          await wire.mend()
        })
      }
      // Nobody learns whether it was taken but by asking again under the same key.
      wire.loseAnswers(2, WRITE)
      await lab.open(lab.services[0]!, { name: 'The market is down' })
      wire.loseAnswers(0)
    })
    await expectInvariants(context, lab)
  },
  { onlyFull: true },
)

/** What begins whatever is written at once. */
const WRITE = 'BEGIN IMMEDIATE'

/** At a moment of chance, and never when all is over. */
async function whileMailIsSent(lab: Lab, act: () => Promise<void>): Promise<void> {
  const phase = lab.chance() < 0.5 ? 'before' : 'after'
  const wait = lab.chance() * 20
  let acting: Promise<void> | undefined
  await lab.office.stepIn('mail', 1 + Math.floor(lab.chance() * 3), phase, async () => {
    acting = pause(wait).then(act)
  })
  await acting
}

/** While everybody is told and operators write, something happens to the database; what was acknowledged is kept. */
async function tellMeanwhile(
  lab: Lab,
  databaseUrl: string,
  happen: () => Promise<void>,
): Promise<void> {
  const service = await lab.start({ DATABASE_URL: databaseUrl })
  const writing = keepWriting(service)
  await eventually('it is written to', async () => writing.taken.length > 0)
  const happening = happen()
  await lab.open(service)
  await happening
  const { taken } = await writing.end()
  await expectKept(lab, taken)
  await moveOn(lab)
}
