import { expect, test } from 'vitest'
import { sleepsUntil, type Sleeper } from '../../../api/domain/sleeping.ts'
import { HOUR } from '../../../api/domain/time.ts'
import type { AnnouncementKind } from '../../../api/domain/words.ts'

const night = Date.parse('2026-11-21T22:30:00Z')
const seven = Date.parse('2026-11-22T06:00:00Z')
const noon = Date.parse('2026-11-22T11:00:00Z')
const sleeper: Sleeper = {
  quiet: { from: '22:00', until: '07:00' },
  timeZone: 'Europe/Berlin',
  impact: 'minor',
  heldUntil: null,
}
/** Awake for a minute a day. */
const restless = { ...sleeper, quiet: { from: '07:01', until: '07:00' } }

test.each<[string, AnnouncementKind, Sleeper, number, number | null]>([
  ['minor news of the night waits for the morning', 'incident_opened', sleeper, night, seven],
  [
    'what is planned too',
    'maintenance_reminder',
    { ...sleeper, impact: 'maintenance' },
    night,
    seven,
  ],
  ['critical news does not', 'incident_opened', { ...sleeper, impact: 'critical' }, night, null],
  ['nor a confirmation', 'confirmation', { ...sleeper, impact: 'none' }, night, null],
  ['nor a digest, whose hour was chosen', 'digest', { ...sleeper, impact: 'none' }, night, null],
  ['nor what comes by day', 'incident_opened', sleeper, noon, null],
  [
    'news of a second night waits again',
    'incident_opened',
    { ...sleeper, heldUntil: night - 12 * HOUR },
    night,
    seven,
  ],
  [
    'who was woken a minute ago is told',
    'incident_opened',
    { ...restless, heldUntil: seven },
    seven + 60_000,
    null,
  ],
  [
    'who was woken an hour ago sleeps again',
    'incident_opened',
    { ...restless, heldUntil: seven },
    seven + HOUR,
    seven + 24 * HOUR,
  ],
])('%s', (_, kind, who, now, until) => {
  expect(sleepsUntil(kind, who, now)).toBe(until)
})
