import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import {
  completeMaintenance,
  startMaintenance,
  updateMaintenance,
} from '../../../../api/actions/maintenances/moving.ts'
import { maintainDue } from '../../../../api/actions/maintenances/running.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import { everything, type Preferences } from '../../../../api/domain/subscription.ts'
import { subscribers } from '../../../../db/schema.ts'
import { states } from '../../../support/deliveries.ts'
import { planWork, told } from '../../../support/maintaining.ts'
import { shop, subscribePeople } from '../../../support/shop.ts'
import { operator, siesta, tellingWorld, tick } from '../../../support/telling.ts'

const wishes: [string, Partial<Preferences>, string][] = [
  ['everything', {}, 'scheduled moved extended reminder started updated completed'],
  [
    'only what is critical',
    { min_impact: 'critical' },
    'scheduled moved extended reminder started updated completed',
  ],
  ['start and end', { updates: 'start_and_end' }, 'scheduled moved started completed'],
  ['only incidents', { events: ['incident'] }, ''],
  [
    'only maintenance',
    { events: ['maintenance'] },
    'scheduled moved extended reminder started updated completed',
  ],
  ['another component', { components: [shop.search] }, ''],
  [
    'its group',
    { groups: [shop.group] },
    'scheduled moved extended reminder started updated completed',
  ],
]

test('each hears of planned work what they chose, whatever minimum they set', async () => {
  await using made = await tellingWorld()
  const { deps, clock } = made
  await subscribePeople(deps, wishes.length)
  for (const [i, [, wish]] of wishes.entries())
    await deps.db
      .update(subscribers)
      .set({ preferences: { ...everything, ...wish } })
      .where(eq(subscribers.address, `person${i}@example.com`))
  const heard = new Map<string, string[]>()
  let seen = 0
  const listen = async (what: string) => {
    await made.settled()
    await tick(deps)
    const mails = made.post.sandbox.mails.all()
    for (const { to } of mails.slice(seen)) heard.set(to, [...(heard.get(to) ?? []), what])
    seen = mails.length
  }
  const id = await planWork(deps, {
    scheduledFor: clock.now() + 2 * HOUR,
    scheduledUntil: clock.now() + 3 * HOUR,
    remindMs: HOUR,
  })
  await listen('scheduled')
  await rescheduleMaintenance(deps, operator, id, {
    scheduledFor: clock.now() + 1.5 * HOUR,
    ...told,
  })
  await listen('moved')
  await rescheduleMaintenance(deps, operator, id, {
    scheduledUntil: clock.now() + 4 * HOUR,
    ...told,
  })
  await listen('extended')
  clock.advance(HOUR)
  await maintainDue(deps)
  await listen('reminder')
  await startMaintenance(deps, operator, id, told)
  await listen('started')
  await updateMaintenance(deps, operator, id, { body: 'Half done.', notify: true })
  await listen('updated')
  await completeMaintenance(deps, operator, id, told)
  await listen('completed')
  expect(
    wishes.map(([name], i) => [name, (heard.get(`person${i}@example.com`) ?? []).join(' ')]),
  ).toEqual(wishes.map(([name, , expected]) => [name, expected]))
})

test('in the morning whoever skips updates hears of the new time alone', async () => {
  await using made = await tellingWorld()
  const { deps, clock } = made
  await subscribePeople(deps, 1, 'email', { quiet: siesta, updates: 'start_and_end' })
  const at = (hours: number) => clock.now() + hours * HOUR
  const id = await planWork(deps, { scheduledFor: at(24), scheduledUntil: at(25) })
  await tick(deps)
  expect(await states(deps)).toEqual({ held: 1 })
  clock.advance(MINUTE)
  // Earlier in every respect, so that it is no extension.
  const window = { scheduledFor: at(20), scheduledUntil: at(21) }
  await rescheduleMaintenance(deps, operator, id, { ...window, ...told })
  await tick(deps)
  expect(await states(deps)).toEqual({ superseded: 1, held: 1 })
  clock.advance(9 * HOUR)
  await releaseHeld(deps)
  await tick(deps)
  await made.settled()
  expect(made.post.sandbox.mails.all().map(({ text }) => text)).toEqual([
    expect.stringContaining('Maintenance has been moved'),
  ])
})
