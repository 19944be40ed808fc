import { expect, test } from 'vitest'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { confirmByToken } from '../../../../api/actions/subscribers/confirming.ts'
import { HOUR } from '../../../../api/domain/time.ts'
import { batches, subscribers } from '../../../../db/schema.ts'
import { states } from '../../../support/deliveries.ts'
import { ask } from '../../../support/subscribing.ts'
import { tellingWorld, type Telling } from '../../../support/telling.ts'

/** Follows the link of the newest mail to somebody. */
async function confirmNewest({ deps, post }: Telling, address: string): Promise<void> {
  const { text } = post.sandbox.mails.all().findLast(({ to }) => to === address)!
  const [link] = /http\S+confirm\?token=\S+/.exec(text)!
  await confirmByToken(deps, new URL(link).searchParams.get('token')!, null)
}

test('who asks again while an answer is lost does not change what is repeated', async () => {
  await using told = await tellingWorld()
  const { deps, clock, post } = told
  for (const name of ['ada', 'bob']) await ask(deps, { address: `${name}@example.com` })
  post.sandbox.faults.set('resend', 'error_after', 1)
  await sendDue(deps)
  expect(post.sandbox.mails.total).toBe(2)
  clock.advance(HOUR)
  await ask(deps, { address: 'ada@example.com' })
  await sendDue(deps)
  expect(await states(deps)).toEqual({ accepted: 3 })
  expect(post.sandbox.mails).toMatchObject({ total: 3, duplicates: 0 })
  expect(new Set((await deps.db.select().from(batches)).map(({ state }) => state))).toEqual(
    new Set(['done']),
  )
  for (const name of ['ada', 'bob']) await confirmNewest(told, `${name}@example.com`)
  const people = await deps.db.select().from(subscribers)
  expect(people.map(({ state }) => state)).toEqual(['active', 'active'])
})

test('a link holds however the clock ticks while somebody asks', async () => {
  await using told = await tellingWorld()
  const { now } = told.deps.clock
  let ticks = 0
  const clock = { ...told.deps.clock, now: () => now() + ticks++ }
  for (let time = 0; time < 2; time++) {
    await ask({ ...told.deps, clock })
    told.clock.advance(HOUR)
    await sendDue(told.deps)
  }
  expect(told.post.sandbox.mails.total).toBe(2)
  await confirmNewest(told, 'ada@example.com')
  const [ada] = await told.deps.db.select().from(subscribers)
  expect(ada!.state).toBe('active')
})
