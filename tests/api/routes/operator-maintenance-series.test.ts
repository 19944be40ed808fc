import { asc } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { incidents } from '../../../db/schema.ts'
import { createSeries } from '../../../api/actions/maintenances/series.ts'
import { HOUR } from '../../../api/domain/time.ts'
import { servedWorld } from '../../support/http.ts'
import { adminKey } from '../../support/service.ts'
import { shop, subscribePeople } from '../../support/shop.ts'
import { operator } from '../../support/telling.ts'

test('the console promises to tell of a change only where people have heard of the date', async () => {
  await using served = await servedWorld()
  const { deps } = served
  await subscribePeople(deps, 3)
  await createSeries(deps, operator, {
    name: 'Database upkeep',
    body: 'We tidy up.',
    components: [{ id: shop.checkout }],
    startsLocal: '2026-11-24T22:00',
    timeZone: 'Europe/Berlin',
    rrule: 'FREQ=WEEKLY;BYDAY=TU',
    durationMs: HOUR,
    remindMs: null,
    autoStart: true,
    autoComplete: true,
    tells: ['scheduled', 'started', 'completed'],
  })
  const signedIn = await served.form('/operator/sign-in', { key: adminKey })
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!
  const dates = await deps.db.select().from(incidents).orderBy(asc(incidents.scheduledFor))
  const open = async (id: string) =>
    (
      await served.api(`/operator/maintenances/${id}`, { headers: { authorization: '', cookie } })
    ).text()
  const unheard = 'Nobody has been told of this date yet'
  const [told, untold] = [await open(dates[0]!.id), await open(dates[1]!.id)]
  expect(told).toContain('cancel it and tell up to 3 subscribers')
  expect(told).toContain('Save the new time and tell up to 3 subscribers')
  expect(told).not.toContain(unheard)
  expect(untold).not.toContain('cancel it and tell')
  expect(untold).not.toContain('Save the new time and tell')
  // To move it and to cancel it; to begin it is news still.
  expect(untold.split(unheard)).toHaveLength(3)
  expect(untold).toContain('a week before it, if its settings tell that it is planned')
  expect(untold).toContain('tell up to 3 subscribers')
})
