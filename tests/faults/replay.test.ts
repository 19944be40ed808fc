import { expect } from 'vitest'
import { size } from './chance.ts'
import { expectInvariants } from './invariants.ts'
import { openLab } from './lab.ts'
import { scenario } from './scenario.ts'
import { moveOn, progressOf } from './waiting.ts'

const DAY = 24 * 3_600_000

scenario(null, 'who was given up is told once when an operator says so', async (context) => {
  await using lab = await openLab({ mails: 100, texts: size(20, 100), speed: 10 })
  const service = await lab.start()
  const told = 8
  await lab.look(
    `UPDATE page SET sms = json_set(sms, '$.spend_per_day', ${told}, '$.prices', json('{"default": 0.5}'))`,
  )
  await lab.open(service)
  await moveOn(lab)
  const [given] = (await progressOf(service, lab.acknowledged[0]!))!
  const dead = given!.states['dead'] ?? 0
  expect(dead, 'their money was spent').toBeGreaterThanOrEqual(lab.texts - 2 * told)
  expect(lab.told('text').size).toBe(lab.texts - dead)

  await lab.look("UPDATE page SET sms = json_set(sms, '$.spend_per_day', null)")
  await lab.jump(DAY / 2)
  const replay = { method: 'POST', body: {} }
  const answer = await service.api(`/api/admin/announcements/${given!.id}/replay`, replay)
  expect(answer.status, await answer.text()).toBeLessThan(300)
  await moveOn(lab)
  await expectInvariants(context, lab)
  expect(await lab.look('SELECT DISTINCT state FROM deliveries')).toEqual([{ state: 'accepted' }])
})
