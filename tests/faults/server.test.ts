import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { databaseServer } from './database-server.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { expectKept, keepWriting } from './traffic.ts'
import { moveOn, pause } from './waiting.ts'

const crowd = { mails: size(500, 5_000), texts: 10, posts: 10, speed: 5 }

scenario(17, 'a database server that is killed again and again', async (context) => {
  await using server = await databaseServer()
  await using lab = await openLab({ ...crowd, databaseUrl: server.url })
  await tellMeanwhile(lab, server.wire.url, async () => {
    for (let kill = 0; kill < size(1, 5); kill++) {
      await pause(100 + lab.chance() * 400)
      await server.kill()
      await pause(lab.chance() * 300)
      await server.startAgain()
      lab.kills++
    }
  })
  await expectInvariants(context, lab)
})

scenario(
  17,
  'a line to the database that loses answers and is cut',
  async (context) => {
    await using server = await databaseServer()
    await using lab = await openLab({ ...crowd, databaseUrl: server.url })
    const { wire } = server
    await tellMeanwhile(lab, wire.url, async () => {
      for (let cut = 0; cut < size(4, 12); cut++) {
        await pause(50 + lab.chance() * 200)
        if (lab.chance() < 0.6) wire.loseAnswers(1)
        else {
          await wire.cut()
          await pause(lab.chance() * 200)
          await wire.mend()
        }
      }
      wire.loseAnswers(0)
    })
    await expectInvariants(context, lab)
  },
  { onlyFull: true },
)

/** While everybody is told and operators write, something happens to the database; what was acknowledged is kept. */
async function tellMeanwhile(
  lab: Lab,
  databaseUrl: string,
  happen: () => Promise<void>,
): Promise<void> {
  const service = await lab.start({ DATABASE_URL: databaseUrl })
  const writing = keepWriting(service)
  await eventually('it is written to', async () => writing.taken.length > 0)
  await lab.open(service)
  await happen()
  const { taken } = await writing.end()
  await expectKept(lab, taken)
  await moveOn(lab)
}
