import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTold, type Event } from '../../../api/domain/audience.ts'
import { everything, type Preferences } from '../../../api/domain/subscription.ts'
import {
  eventKinds,
  impacts,
  minimumImpacts,
  phases,
  updateWishes,
} from '../../../api/domain/words.ts'

const outage: Event = {
  kind: 'incident',
  phase: 'middle',
  impact: 'major',
  incident_id: 'slow',
  component_ids: ['api'],
  group_ids: ['eu'],
}

test.each<[string, Partial<Preferences>, Partial<Event>, boolean]>([
  ['who chose nothing hears everything', {}, {}, true],
  ['who chose the component hears of it', { components: ['web', 'api'] }, {}, true],
  ['who chose another component does not', { components: ['web'] }, {}, false],
  ['who chose the group hears of its members', { groups: ['eu'] }, {}, true],
  ['who chose another group does not', { groups: ['us'] }, {}, false],
  ['one of component and group is enough', { components: ['web'], groups: ['eu'] }, {}, true],
  [
    'what concerns the whole page reaches everyone',
    { components: ['web'] },
    { component_ids: [], group_ids: [] },
    true,
  ],
  ['a kind that is not wanted is not told', { events: ['maintenance'] }, {}, false],
  ['what reaches the minimum is told', { min_impact: 'major' }, {}, true],
  ['what stays below it is not', { min_impact: 'critical' }, {}, false],
  [
    'planned work passes every minimum',
    { min_impact: 'critical' },
    { kind: 'maintenance', impact: 'maintenance' },
    true,
  ],
  [
    'who wants only start and end hears the start',
    { updates: 'start_and_end' },
    { phase: 'start' },
    true,
  ],
  ['and the end', { updates: 'start_and_end' }, { phase: 'end' }, true],
  ['but not what is between', { updates: 'start_and_end' }, {}, false],
  [
    'who follows an incident hears of it, whatever else they chose',
    { incidents: ['slow'], events: [], components: ['web'] },
    {},
    true,
  ],
  [
    'who follows nothing but another incident does not',
    { incidents: ['other'], only_incidents: true },
    {},
    false,
  ],
  [
    'who also follows another incident hears of this one as before',
    { incidents: ['other'] },
    {},
    true,
  ],
])('%s', (_, preferences, event, told) => {
  expect(isTold({ ...everything, ...preferences }, { ...outage, ...event })).toBe(told)
})

const ids = fc.subarray(['a', 'b', 'c', 'd'])
const anyPreferences = fc.record({
  components: ids,
  groups: ids,
  events: fc.subarray([...eventKinds]),
  min_impact: fc.constantFrom(...minimumImpacts),
  updates: fc.constantFrom(...updateWishes),
  incidents: ids,
  only_incidents: fc.boolean(),
  quiet: fc.constant(null),
  digest_at: fc.constant(null),
})
const anyEvent = fc.record({
  kind: fc.constantFrom(...eventKinds),
  phase: fc.constantFrom(...phases),
  impact: fc.constantFrom(...impacts),
  incident_id: fc.constantFrom('a', 'b', 'c', 'd'),
  component_ids: ids,
  group_ids: ids,
})

/** The rule again, as slowly and plainly as it can be said. */
function oracle(preferences: Preferences, event: Event): boolean {
  for (const followed of preferences.incidents) if (followed === event.incident_id) return true
  if (preferences.only_incidents) return false
  if (preferences.updates === 'start_and_end' && event.phase === 'middle') return false
  let wanted = false
  for (const kind of preferences.events) if (kind === event.kind) wanted = true
  if (!wanted) return false
  if (event.impact !== 'maintenance') {
    const scale = ['none', 'minor', 'major', 'critical']
    if (scale.indexOf(event.impact) < scale.indexOf(preferences.min_impact)) return false
  }
  const chosen = [
    ...preferences.components.map((id) => `component ${id}`),
    ...preferences.groups.map((id) => `group ${id}`),
  ]
  const affected = new Set([
    ...event.component_ids.map((id) => `component ${id}`),
    ...event.group_ids.map((id) => `group ${id}`),
  ])
  if (chosen.length === 0 || event.component_ids.length === 0) return true
  return chosen.filter((one) => affected.has(one)).length > 0
}

test('the rule agrees with its plain words on everything', () => {
  fc.assert(
    fc.property(anyPreferences, anyEvent, (preferences, event) => {
      expect(isTold(preferences, event)).toBe(oracle(preferences, event))
    }),
    { numRuns: 2000 },
  )
})
