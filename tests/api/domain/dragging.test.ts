import { expect, test } from 'vitest'
import { dragsDown, patienceWith, worstOf, type Condition } from '../../../api/domain/dragging.ts'
import { MINUTE, SECOND } from '../../../api/domain/time.ts'

const outage = { kind: 'incident', status: 'major_outage' } as const
const upkeep = { kind: 'maintenance', status: 'under_maintenance' } as const

test.each<[string, Condition, boolean]>([
  ['nothing is known', { probes: [], words: [] }, false],
  ['its probe is up', { probes: ['up'], words: [] }, false],
  ['its probe is down', { probes: ['down'], words: [] }, true],
  ['one of its probes is down', { probes: ['up', 'down'], words: [] }, true],
  ['it is slow', { probes: ['degraded'], words: [] }, false],
  ['an incident calls it down', { probes: ['up'], words: [outage] }, true],
  [
    'an incident calls it partly down',
    { probes: [], words: [{ ...outage, status: 'partial_outage' }] },
    true,
  ],
  [
    'an incident calls it slow',
    { probes: [], words: [{ ...outage, status: 'degraded_performance' }] },
    false,
  ],
  [
    'what an incident said of it is taken back',
    { probes: [], words: [{ ...outage, status: 'operational' }] },
    false,
  ],
  ['it is maintained, and nobody looks', { probes: [], words: [upkeep] }, true],
  ['it is maintained, and not asked yet', { probes: ['unknown'], words: [upkeep] }, true],
  ['it is maintained, and works all the same', { probes: ['up'], words: [upkeep] }, false],
  ['it is maintained and down', { probes: ['down'], words: [upkeep] }, true],
  [
    'its maintenance has given it back',
    { probes: [], words: [{ ...upkeep, status: 'operational' }] },
    false,
  ],
])('whether it drags others down when %s', (_, condition, expected) => {
  expect(dragsDown(condition)).toBe(expected)
})

test.each<[string, Parameters<typeof patienceWith>[0], number]>([
  ['asked often', { intervalMs: 5 * SECOND, recheckMs: SECOND, successThreshold: 2 }, MINUTE],
  ['asked as usual', { intervalMs: 30_000, recheckMs: 10_000, successThreshold: 2 }, MINUTE],
  [
    'asked rarely',
    { intervalMs: 10 * MINUTE, recheckMs: MINUTE, successThreshold: 2 },
    12 * MINUTE,
  ],
])('what is %s has the time to be asked again', (_, pace, expected) => {
  expect(patienceWith(pace)).toBe(expected)
})

test('of several probes the worst counts, and of none that is well any', () => {
  expect(
    worstOf([
      { status: 'degraded_performance', since: 1 },
      { status: 'major_outage', since: 2 },
      { status: 'operational', since: 3 },
    ]),
  ).toEqual({ status: 'major_outage', since: 2 })
  expect(worstOf([{ status: 'operational', since: 3 }])).toBeNull()
})
