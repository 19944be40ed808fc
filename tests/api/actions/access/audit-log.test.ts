import { afterEach, beforeEach, expect, test } from 'vitest'
import { forgetAudit, listAudit } from '../../../../api/actions/access/audit-log.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { DAY } from '../../../../api/domain/time.ts'
import { auditLog } from '../../../../db/schema.ts'
import { shopWorld } from '../../../support/shop.ts'
import { openTrouble, operator } from '../../../support/telling.ts'
import type { World } from '../../../support/world.ts'

let w: World

beforeEach(async () => {
  w = await shopWorld()
})
afterEach(() => w[Symbol.asyncDispose]())

const never = () => false

async function actions(): Promise<string[]> {
  return (await listAudit(w.deps, 1, 5000)).logs.map(({ action }) => action)
}

test('after 90 days an entry is forgotten, not a moment earlier', async () => {
  await w.deps.db.delete(auditLog)
  const entry = { actor: 'root-key', action: 'key.created', object: 'key:1', detail: {} }
  await w.deps.db.insert(auditLog).values({ ...entry, at: w.clock.now() })
  w.clock.advance(90 * DAY)
  await forgetAudit(w.deps, never)
  expect(await actions()).toEqual(['key.created'])
  w.clock.advance(1)
  await forgetAudit(w.deps, never)
  expect(await actions()).toEqual([])
})

test('who did what to an incident stays while it is open', async () => {
  const id = await openTrouble(w.deps)
  w.clock.advance(91 * DAY)
  await forgetAudit(w.deps, never)
  expect(await actions()).toEqual(['incident.open'])
  const words = {
    issue: 'Sales stopped.',
    root_cause: 'A cable.',
    fix: 'A new one.',
    impact: 'None.',
    postmortem_url: null,
  }
  await giveAllClear(w.deps, operator, id, words, false)
  await forgetAudit(w.deps, never)
  expect(await actions()).not.toContain('incident.open')
})

test('many are forgotten in many steps, and who stops goes on later', async () => {
  await w.deps.db.delete(auditLog)
  const entry = { actor: 'probe', action: 'component.changed', object: 'components/a', detail: {} }
  for (let n = 0; n < 25; n++)
    await w.deps.db
      .insert(auditLog)
      .values(Array.from({ length: 100 }, () => ({ ...entry, at: w.clock.now() })))
  w.clock.advance(91 * DAY)
  let asked = 0
  await forgetAudit(w.deps, () => asked++ > 0)
  expect((await actions()).length).toBe(1500)
  await forgetAudit(w.deps, never)
  expect(await actions()).toEqual([])
})
