import { expect, test } from 'vitest'
import { administered } from '../../support/administering.ts'
import { shop, subscribePeople } from '../../support/shop.ts'

const question = {
  kind: 'incident_opened',
  components: [{ key: 'checkout', status: 'partial_outage' }],
}

test('an operator learns whom a telling would reach, and nobody is told', async () => {
  await using on = await administered()
  await subscribePeople(on.deps, 2, 'email', { groups: [shop.group] })
  await subscribePeople(on.deps, 1, 'sms', { min_impact: 'critical' })
  const reader = await on.keyWith('read')
  expect(await on.send('POST', 'audience', question, reader)).toEqual({
    status: 200,
    json: { channels: { email: { at_once: 2, held: 0, digest: 0, remaining_ms: null } } },
  })
  const { json } = await on.send('POST', 'audience', { ...question, severity: 'SEV-1' }, reader)
  expect(json.channels.sms).toMatchObject({ at_once: 1, held: 0, digest: 0 })
  expect(on.post.sandbox.mails.total).toBe(0)
})

test.each<[string, object, string]>([
  ['a kind that is not told to many', { kind: 'confirmation' }, 'kind'],
  ['a component without a name', { components: [{ status: 'operational' }] }, 'components.0'],
  ['an unknown component', { components: [{ key: 'no' }] }, 'components.0.key'],
  ['an unknown severity', { severity: 'SEV-9' }, 'severity'],
  ['a misspelt field', { impct: 'major' }, 'impct'],
])('%s is refused by its field', async (_, change, path) => {
  await using on = await administered()
  const { status, json } = await on.send('POST', 'audience', { ...question, ...change })
  expect(status).toBe(422)
  expect(json.errors.map((error: { path: string }) => error.path)).toContain(path)
})

test('an unknown incident is not found, and a key without scope learns nothing', async () => {
  await using on = await administered()
  const about = { ...question, incident_id: 'nothing00000' }
  expect((await on.send('POST', 'audience', about)).status).toBe(404)
  const stranger = await on.keyWith('subscribers:write')
  expect((await on.send('POST', 'audience', question, stranger)).status).toBe(403)
})
