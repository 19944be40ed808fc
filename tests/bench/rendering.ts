import { createApp } from '../../api/app.ts'
import { siteRenderer } from '../../api/site.ts'
import { render } from '../support/site.ts'
import { testClock, world } from '../support/world.ts'
import { openFile } from './fill.ts'

const WARM = 20
const ROUNDS = 50

/** Milliseconds of reading the facts of the front page of a service and rendering it, again and again. */
export async function renderTimes(dir: string): Promise<number[]> {
  const db = await openFile(dir)
  await using on = await world({ db, clock: testClock(Date.now()) })
  const app = createApp(on.deps)
  on.deps.render = siteRenderer({ render }, () => app)
  const samples: number[] = []
  for (let round = 0; round < WARM + ROUNDS; round++) {
    const from = performance.now()
    const answer = await on.deps.render('/', {})
    await answer.text()
    if (round >= WARM) samples.push(performance.now() - from)
  }
  db.close()
  return samples
}
