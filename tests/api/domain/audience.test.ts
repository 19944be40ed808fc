import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  digestDue,
  isTold,
  ruleFor,
  whenTold,
  type Event,
  type Reach,
} from '../../../api/domain/audience.ts'
import { everything, type Preferences, type Quiet } from '../../../api/domain/subscription.ts'
import { HOUR, MINUTE } from '../../../api/domain/time.ts'
import { anyEvent, anyMoment, anyPreferences, anyZone, clockIn } from '../../support/wishes.ts'

const outage: Event = {
  kind: 'incident',
  phase: 'middle',
  impact: 'major',
  incident_id: 'slow',
  component_ids: ['api'],
  group_ids: ['eu'],
  before: [{ impact: 'major', component_ids: ['api'], group_ids: ['eu'] }],
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
  ['unless nothing was told before', { updates: 'start_and_end' }, { before: [] }, true],
  [
    'or it was too mild for them until now',
    { updates: 'start_and_end', min_impact: 'major' },
    { before: [{ ...outage, impact: 'minor' }] },
    true,
  ],
  [
    'or their component is new in it',
    { updates: 'start_and_end', components: ['api'] },
    { before: [{ ...outage, component_ids: ['web'] }] },
    true,
  ],
  [
    'or what was grave was about something else, and what was about theirs was mild',
    { updates: 'start_and_end', components: ['api'], min_impact: 'major' },
    {
      before: [
        { ...outage, component_ids: ['web'] },
        { ...outage, impact: 'minor' },
      ],
    },
    true,
  ],
  [
    'but once is enough',
    { updates: 'start_and_end', components: ['api'], min_impact: 'major' },
    { before: [outage, { ...outage, impact: 'minor' }] },
    false,
  ],
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

const night = Date.parse('2026-11-21T22:30:00Z')
const quiet = { from: '22:00', until: '07:00' }

test.each<[string, Partial<Preferences>, Partial<Event>, number, object]>([
  ['at once, as a rule', {}, {}, night, { kind: 'at_once' }],
  [
    'in the morning, by those who sleep',
    { quiet },
    {},
    night,
    { kind: 'held', until: Date.parse('2026-11-22T06:00:00Z') },
  ],
  ['at once when they are awake', { quiet }, {}, night + 8 * HOUR, { kind: 'at_once' }],
  ['at the minute they wake up', { quiet }, {}, night + 7.5 * HOUR, { kind: 'at_once' }],
  ['at once when it is critical', { quiet }, { impact: 'critical' }, night, { kind: 'at_once' }],
  [
    'in the morning when it is planned work',
    { quiet },
    { impact: 'maintenance' },
    night,
    { kind: 'held', until: Date.parse('2026-11-22T06:00:00Z') },
  ],
  ['in the digest of those who have one', { digest_at: '08:00' }, {}, night, { kind: 'digest' }],
  [
    'in the digest, quiet hours or not',
    { digest_at: '08:00', quiet },
    { impact: 'critical' },
    night,
    { kind: 'digest' },
  ],
  [
    'at once by those whose quiet hours are none',
    { quiet: { from: '07:00', until: '07:00' } },
    {},
    night,
    { kind: 'at_once' },
  ],
])('news is told %s', (_, preferences, event, now, when) => {
  expect(
    whenTold({ ...everything, ...preferences }, 'Europe/Berlin', { ...outage, ...event }, now),
  ).toEqual(when)
})

test.each<[string, string | null, number | null, string | null]>([
  ['without one there is none', null, null, null],
  ['it is due at its time', '08:00', null, '2026-11-22T07:00:00Z'],
  ['today, if its time is yet to come', '23:45', null, '2026-11-21T22:45:00Z'],
  ['tomorrow, when this is its time', '23:30', null, '2026-11-22T22:30:00Z'],
  ['whoever gives it up gets the rest now', null, night + HOUR, '2026-11-21T22:30:00Z'],
  ['whoever moves it gets it then', '06:00', night + HOUR, '2026-11-22T05:00:00Z'],
])('the next digest: %s', (_, digest_at, before, due) => {
  expect(digestDue({ digest_at }, 'Europe/Berlin', night, before)).toBe(due && Date.parse(due))
})

/** The rule again, as slowly and plainly as it can be said. */
function oracle(preferences: Preferences, event: Event): boolean {
  for (const followed of preferences.incidents) if (followed === event.incident_id) return true
  if (preferences.only_incidents) return false
  let wanted = false
  for (const kind of preferences.events) if (kind === event.kind) wanted = true
  if (!wanted) return false
  if (!reachesThem(preferences, event)) return false
  if (preferences.updates === 'start_and_end' && event.phase === 'middle')
    for (const earlier of event.before) if (reachesThem(preferences, earlier)) return false
  return true
}

function reachesThem(preferences: Preferences, event: Reach): boolean {
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

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const forward = (from: number, to: number) => (to - from + 1440) % 1440

/** Minute after minute until clocks there have come to the end of the quiet hours, or jumped over it. */
function endOfQuiet({ from, until }: Quiet, zone: string, now: number): number | null {
  const [begin, end, start] = [from, until, clockIn(zone, now)].map(minutesOf) as [
    number,
    number,
    number,
  ]
  if (forward(begin, start) >= forward(begin, end)) return null
  let before = start
  for (let at = Math.floor(now / MINUTE + 1) * MINUTE; ; at += MINUTE) {
    const shown = minutesOf(clockIn(zone, at))
    const step = forward(before, shown)
    const left = forward(before, end)
    if (shown === end || (step < 720 && left > 0 && left <= step)) return at
    before = shown
  }
}

/** When it is told, said as plainly. */
function timeOracle(preferences: Preferences, zone: string, event: Event, now: number) {
  if (!oracle(preferences, event)) return null
  if (preferences.digest_at !== null) return { kind: 'digest' }
  if (preferences.quiet === null || event.impact === 'critical') return { kind: 'at_once' }
  const until = endOfQuiet(preferences.quiet, zone, now)
  return until === null ? { kind: 'at_once' } : { kind: 'held', until }
}

test('news waits for the end of quiet hours in any zone, a day and an hour at most', () => {
  fc.assert(
    fc.property(anyPreferences, anyZone, anyEvent, anyMoment, (preferences, zone, event, now) => {
      const when = ruleFor(event)(preferences, zone, now)
      expect(when).toEqual(timeOracle(preferences, zone, event, now))
      if (when?.kind === 'held') {
        expect(when.until - now).toBeLessThanOrEqual(25 * HOUR)
        expect(event.impact).not.toBe('critical')
      }
    }),
    { numRuns: 1500 },
  )
})

test('the minute in which they wake up is not taken for the one before', () => {
  const rule = ruleFor(outage)
  const asked = { ...everything, quiet }
  const awake = night + 7.5 * HOUR
  expect(rule(asked, 'Europe/Berlin', awake - 1)).toEqual({ kind: 'held', until: awake })
  expect(rule(asked, 'Europe/Berlin', awake)).toEqual({ kind: 'at_once' })
})

test('asking for many at once answers as asking for one', () => {
  const rules = fc.array(fc.tuple(anyPreferences, anyZone), { maxLength: 20 })
  fc.assert(
    fc.property(rules, anyEvent, anyMoment, (many, event, start) => {
      const rule = ruleFor(event)
      let now = start
      for (const [preferences, zone] of [...many, ...many]) {
        const told = isTold(preferences, event)
        expect(rule(preferences, zone, now)).toEqual(
          told ? whenTold(preferences, zone, event, now) : null,
        )
        now += 20_000
      }
    }),
    { numRuns: 100 },
  )
})
