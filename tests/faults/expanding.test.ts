import { expect } from 'vitest'
import { eventually } from '../support/service.ts'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab, outage } from './lab.ts'
import { scenario } from './scenario.ts'
import { pause } from './waiting.ts'

scenario(4, 'kills before and while it is found out who is told', async (context) => {
  const mails = size(2_500, 20_000)
  const kills = size(2, 8)
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
  await expectInvariants(context, lab)
  const rows = 'SELECT count(*) AS rows, count(DISTINCT subscriber_seq) AS people FROM deliveries'
  expect(await lab.look(rows)).toEqual([{ rows: mails, people: mails }])
  expect(await lab.look('SELECT count(*) AS n FROM announcements')).toEqual([{ n: 1 }])
})

scenario(
  4,
  'kills while it is written down what happened',
  async (context) => {
    await using lab = await openLab({ mails: 20, texts: 2, posts: 5, speed: 10 })
    const service = await lab.start()
    for (let kill = 0; kill < 5; kill++) {
      const answer = service
        .api('/api/admin/incidents', { method: 'POST', body: { ...outage, name: `No ${kill}` } })
        .then((response) => response.json())
        .catch(() => null)
      await pause(lab.chance() * 40)
      await service.kill('SIGKILL')
      lab.kills++
      await service.restart()
      const acknowledged = (await answer) as { id?: string } | null
      if (acknowledged?.id) lab.acknowledged.push(acknowledged.id)
    }
    await lab.open(service)
    await expectInvariants(context, lab)
    const halves = `SELECT count(*) AS n FROM incidents i
    WHERE (SELECT count(*) FROM announcements a WHERE a.incident_id = i.id) <> 1`
    expect(await lab.look(halves), 'all of it is there, or nothing').toEqual([{ n: 0 }])
  },
  { onlyFull: true },
)
