import { expect } from 'vitest'
import { eventually, type Service } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, outage, type Lab } from './lab.ts'
import { scenario } from './scenario.ts'
import { pause } from './waiting.ts'

const MOST_KILLS = size(4, 12)

scenario(4, 'kills before and while it is found out who is told', async (context) => {
  const mails = size(4_000, 20_000)
  const wanted = size(1, 3)
  await using lab = await openLab({ mails, speed: 10 })
  const service = await lab.start()
  let amidst = 0
  // Sometimes a machine is too busy to strike in the middle: then there is another incident.
  for (let incident = 0; amidst < wanted && incident < 5; incident++)
    amidst += await killWhileExpanding(lab, service, await lab.open(service))
  expect(amidst, 'some had been handed over, others had not').toBeGreaterThanOrEqual(wanted)
  await expectInvariants(context, lab)
  const each = `SELECT DISTINCT count(*) AS rows, count(DISTINCT subscriber_seq) AS people
    FROM deliveries GROUP BY announcement_id`
  expect(await lab.look(each)).toEqual([{ rows: mails, people: mails }])
  const incidents = lab.acknowledged.length
  expect(await lab.look('SELECT count(*) AS n FROM announcements')).toEqual([{ n: incidents }])
})

/** Kills as soon as it goes on, until all are handed over; returns how often it struck in the middle. */
async function killWhileExpanding(lab: Lab, service: Service, incident: string): Promise<number> {
  const cursor = async () => {
    const [row] = await lab.look<{ at: number; end: number }>(
      `SELECT expand_cursor AS at, expand_to AS end FROM announcements WHERE incident_id = '${incident}'`,
    )
    return row!
  }
  let amidst = 0
  await service.kill('SIGKILL')
  lab.kills++
  for (let { at: seen, end } = await cursor(); seen < end && lab.kills < MOST_KILLS; lab.kills++) {
    const starting = service.restart().catch(() => null)
    for (let looks = 0; (await cursor()).at <= seen && looks < 10_000; looks++) await pause(1)
    await service.kill('SIGKILL')
    await starting
    seen = (await cursor()).at
    if (seen > 0 && seen < end) amidst++
  }
  await service.restart()
  return amidst
}

scenario(
  4,
  'kills while it is written down what happened',
  async (context) => {
    await using lab = await openLab({ mails: 20, texts: 2, posts: 5, speed: 10 })
    const service = await lab.start()
    // Who has just started writes nothing down yet.
    const isOpen = async () => (await service.api('/api/admin/incidents')).status === 200
    for (let kill = 0; kill < 8; kill++) {
      await eventually('it is open', isOpen)
      const answer = service
        .api('/api/admin/incidents', { method: 'POST', body: { ...outage, name: `No ${kill}` } })
        .then((response) => response.json())
        .catch(() => null)
      // Once before it can be heard, once after it was answered, then sometime.
      if (kill === 1) await answer
      else if (kill > 1) await pause(lab.chance() * 40)
      await service.kill('SIGKILL')
      lab.kills++
      await service.restart()
      const acknowledged = (await answer) as { id?: string } | null
      if (acknowledged?.id) lab.acknowledged.push(acknowledged.id)
      else lab.unanswered++
    }
    expect(lab.acknowledged.length, 'some were acknowledged').toBeGreaterThan(0)
    expect(lab.unanswered, 'others were not').toBeGreaterThan(0)
    await lab.open(service)
    await expectInvariants(context, lab)
    const halves = `SELECT count(*) AS n FROM incidents i
    WHERE (SELECT count(*) FROM announcements a WHERE a.incident_id = i.id) <> 1`
    expect(await lab.look(halves), 'all of it is there, or nothing').toEqual([{ n: 0 }])
  },
  { onlyFull: true },
)
