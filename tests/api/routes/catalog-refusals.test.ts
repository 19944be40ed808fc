import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditLog, components } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'

let served: Administered
let send: Administered['send']

beforeEach(async () => {
  served = await administered()
  send = served.send
})
afterEach(() => served[Symbol.asyncDispose]())

const wellMade = { key: 'till', name: 'Till' }
const statuses =
  'must be one of operational, under_maintenance, degraded_performance, partial_outage, major_outage'

describe('what is refused, and where', () => {
  test.each([
    ['no key', 'POST', 'components', { name: 'Till' }, 'key'],
    ['a key with spaces', 'POST', 'components', { ...wellMade, key: 'The Till' }, 'key'],
    ['no name', 'POST', 'components', { key: 'till' }, 'name'],
    ['an empty name', 'POST', 'components', { ...wellMade, name: ' ' }, 'name'],
    ['an unknown group', 'POST', 'components', { ...wellMade, group: 'yard' }, 'group'],
    ['place 0', 'POST', 'components', { ...wellMade, position: 0 }, 'position'],
    ['half a place', 'POST', 'components', { ...wellMade, position: 1.5 }, 'position'],
    ['a status at birth', 'POST', 'components', { ...wellMade, status: 'operational' }, 'status'],
    ['an unknown status', 'PATCH', 'components/checkout', { status: 'down' }, 'status'],
    ['another key', 'PATCH', 'components/checkout', { key: 'till' }, 'key'],
    ['a group that is gone', 'PATCH', 'components/checkout', { group: 'yard' }, 'group'],
    [
      'a word for a flag',
      'PATCH',
      'components/checkout',
      { only_show_if_degraded: 'yes' },
      'only_show_if_degraded',
    ],
    ['nothing at all', 'PATCH', 'components/checkout', {}, ''],
    ['a group without a name', 'POST', 'groups', { key: 'depot' }, 'name'],
    ['a group with a bad key', 'POST', 'groups', { key: 'Depot!', name: 'Depot' }, 'key'],
    ['a group of a group', 'PATCH', 'groups/shop', { group: 'depot' }, 'group'],
    ['nothing of a group', 'PATCH', 'groups/shop', {}, ''],
  ])('%s: 422', async (_, method, path, body, field) => {
    const before = await served.deps.db.select().from(components)
    const answer = await send(method, path, body)
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid' } })
    expect(answer.json.errors.map((error: { path: string }) => error.path)).toContain(field)
    expect(await served.deps.db.select().from(components)).toEqual(before)
    expect(await served.deps.db.$count(auditLog)).toBe(0)
  })

  test.each([
    ['components/checkout', { group: 'yard' }, 'there is no group "yard"; keys are shop'],
    ['components/checkout', { status: 'down' }, statuses],
    ['components/checkout', { position: 0 }, 'must be a whole number from 1'],
    ['groups/shop', {}, 'must change at least one of name, description, position'],
  ])('%s %j is told what is allowed', async (path, body, message) => {
    const { json } = await send('PATCH', path, body)
    expect(json.errors).toEqual([expect.objectContaining({ message })])
  })

  test.each([
    ['GET', 'components/nobody', undefined],
    ['PATCH', 'components/nobody', { name: 'X' }],
    ['PATCH', 'groups/nobody', { name: 'X' }],
  ])('%s %s: 404', async (method, path, body) => {
    expect(await send(method, path, body)).toMatchObject({
      status: 404,
      json: { code: 'not_found' },
    })
  })

  test.each([
    ['GET', 'components', undefined, 'probes:write', 'read'],
    ['GET', 'groups', undefined, 'probes:write', 'read'],
    ['POST', 'components', wellMade, 'read', 'components:write'],
    ['PATCH', 'components/checkout', { name: 'X' }, 'read', 'components:write'],
    ['POST', 'groups', wellMade, 'read', 'components:write'],
    ['PATCH', 'groups/shop', { name: 'X' }, 'read', 'components:write'],
  ] as const)('%s %s needs its scope', async (method, path, body, scope, needed) => {
    const headers = await served.keyWith(scope)
    expect(await send(method, path, body, headers)).toMatchObject({
      status: 403,
      json: { detail: `this key lacks the scope ${needed}` },
    })
  })
})
