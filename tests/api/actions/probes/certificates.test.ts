import { expect, test } from 'vitest'
import { DAY } from '../../../../api/domain/time.ts'
import { alerts } from '../../../../db/schema.ts'
import { addProbe, checks, findProbe, ok, probedShop, urlOf } from '../../../support/probed.ts'

const lasting = (expires_at: number) => ({
  ...ok,
  certificate: { expires_at, issuer: 'Tests', names: ['p.example'] },
})

test('operators are warned once per step before a certificate ends, and it is over when it is renewed', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p', { intervalMs: DAY })
  const ends = on.clock.now() + 24 * DAY
  on.answers.set(urlOf('p'), lasting(ends))
  const seen: string[] = []
  for (let day = 0; day < 26; day++) {
    await checks(on)
    const [alert] = await on.deps.db.select().from(alerts)
    if (alert) seen.push(`${alert.severity} ${alert.occurrences}`)
  }
  expect([...new Set(seen)]).toEqual([
    'warning 1',
    'warning 2',
    'warning 3',
    'critical 4',
    'critical 5',
  ])
  expect(await on.deps.db.select().from(alerts)).toMatchObject([
    {
      source: 'certificate',
      title: `The certificate of ${urlOf('p')} ends soon`,
      status: 'open',
      detail: `It is valid until ${new Date(ends).toISOString()}, was issued by Tests, and is for p.example.`,
    },
  ])
  expect(await findProbe(on.deps, 'p')).toMatchObject({ certificateExpiresAt: ends, state: 'up' })
  on.answers.set(urlOf('p'), lasting(ends + 90 * DAY))
  await checks(on)
  expect(await on.deps.db.select().from(alerts)).toMatchObject([{ status: 'resolved' }])
  expect(await findProbe(on.deps, 'p')).toMatchObject({ certificateWarnedDays: null })
})
