import { expect, test } from 'vitest'
import { alerts, page } from '../../../../db/schema.ts'
import {
  addProbe,
  broken,
  checks,
  findProbe,
  historyOf,
  probedShop,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'

const said =
  'It has changed several times within 30 minutes, so it counts as this until it has been stable for 5 minutes.'

/** Down, up, down, and good answers again. */
async function toAndFro(given: Parameters<typeof addProbe>[2] = {}, locale = 'en') {
  const on = await probedShop()
  await on.deps.db.write([on.deps.db.update(page).set({ locale })])
  await addProbe(on.deps, 'p', given)
  await checks(on)
  for (const answers of [
    [3, 2],
    [3, 0],
  ] as const) {
    on.answers.set(urlOf('p'), broken)
    await checks(on, answers[0])
    on.answers.delete(urlOf('p'))
    await checks(on, answers[1])
  }
  return on
}

test('a target that goes to and fro stays down, and the alert and the draft say why, once', async () => {
  await using on = await toAndFro()
  await checks(on, 3)
  expect(await findProbe(on.deps, 'p')).toMatchObject({
    state: 'down',
    flappingUntil: expect.any(Number),
  })
  expect(await statusOfComponent(on.deps)).toBe('major_outage')
  const live = (await on.deps.db.select().from(alerts)).filter(({ status }) => status === 'open')
  expect(live.map(({ detail }) => detail)).toEqual([`${broken.reason}. ${said}`])
  const [update, ...others] = await on.deps.db.query.incidentUpdates.findMany()
  expect(others).toEqual([])
  expect(update!.body).toMatch(/We are investigating\. It has changed several times/)
  expect(update!.body.split(said)).toHaveLength(2)
})

test('it is up when it was stable, and well since the first good answer of that time', async () => {
  await using on = await toAndFro()
  await checks(on)
  const well = on.clock.now()
  await checks(on, 29)
  expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'down' })
  await checks(on)
  expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'up', flappingUntil: null })
  expect(await statusOfComponent(on.deps)).toBe('operational')
  expect((await historyOf(on.deps, well)).at(-1)).toBe('operational 0-')
  const live = (await on.deps.db.select().from(alerts)).filter(({ status }) => status === 'open')
  expect(live).toEqual([])
})

test('a public incident is not written over', async () => {
  await using on = await toAndFro({ opensIncident: 'public' })
  await checks(on, 3)
  const [update] = await on.deps.db.query.incidentUpdates.findMany()
  expect(update!.body).not.toContain('several times')
})

test('the draft speaks the language of the page, the alert English', async () => {
  await using on = await toAndFro({}, 'de')
  await checks(on, 3)
  const [update] = await on.deps.db.query.incidentUpdates.findMany()
  expect(update!.body).toContain('innerhalb von 30 Minuten mehrmals gewechselt')
  expect((await on.deps.db.select().from(alerts)).at(-1)!.detail).toContain(said)
})
