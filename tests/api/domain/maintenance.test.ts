import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  announcementOfMove,
  announcementOfPlan,
  announcementOfWindow,
} from '../../../api/domain/maintenance-telling.ts'
import {
  endedAt,
  isEndDue,
  isReminderDue,
  isWellAfter,
  startsAt,
  type Due,
  type Witness,
} from '../../../api/domain/maintenance-times.ts'
import { assertWindow, rescheduled } from '../../../api/domain/maintenance-window.ts'
import {
  afterMove,
  assertAllowed,
  isAllowed,
  marksComponents,
  maintenanceTellings,
  type MaintenanceState,
  type Move,
} from '../../../api/domain/maintenance.ts'
import { DAY, HOUR, MINUTE } from '../../../api/domain/time.ts'
import { maintenanceStatuses } from '../../../api/domain/words.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const planned: Due = {
  status: 'scheduled',
  startedAt: now + HOUR,
  resolvedAt: null,
  scheduledFor: now + HOUR,
  scheduledUntil: now + 2 * HOUR,
  sequence: 0,
  remindMs: HOUR,
  remindedAt: null,
  autoStart: true,
  autoComplete: true,
  tells: [...maintenanceTellings],
  updatedAt: now - DAY,
}
const moves: Move[] = ['start', 'verify', 'complete', 'cancel', 'reschedule', 'update']

describe('a move', () => {
  test.each([
    ['scheduled', ['start', 'cancel', 'reschedule', 'update']],
    ['in_progress', ['verify', 'complete', 'cancel', 'reschedule', 'update']],
    ['verifying', ['complete', 'reschedule', 'update']],
    ['completed', []],
    ['cancelled', []],
  ] as const)('while %s may be one of these', (status, allowed) => {
    expect(moves.filter((move) => isAllowed(move, status)).toSorted()).toEqual(allowed.toSorted())
  })

  test.each([
    [
      'scheduled',
      'verify',
      '"Disks" is scheduled and cannot be verified; it can be started, rescheduled, updated or cancelled',
    ],
    [
      'verifying',
      'cancel',
      '"Disks" is verifying and cannot be cancelled; it can be completed, rescheduled or updated',
    ],
    [
      'in_progress',
      'start',
      '"Disks" is in progress and cannot be started; it can be verified, completed, rescheduled, updated or cancelled',
    ],
    [
      'completed',
      'update',
      '"Disks" is completed and cannot be updated; schedule a new one instead',
    ],
  ] as const)('while %s to %s is refused with what is allowed', (status, move, sentence) => {
    expect(() => assertAllowed(move, { name: 'Disks', status })).toThrow(sentence)
  })

  test('in no order leaves anything both ended and marking components, nor counts back', () => {
    const step = fc.record({
      move: fc.constantFrom(...moves),
      after: fc.integer({ min: 0, max: 2 * DAY }),
      length: fc.integer({ min: 1, max: 3 * DAY }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let [state, at]: [MaintenanceState, number] = [planned, now]
        for (const { move, after, length } of steps) {
          at += after
          if (!isAllowed(move, state.status)) continue
          const before = state
          state =
            move === 'reschedule'
              ? rescheduled(state, { scheduledFor: at, scheduledUntil: at + length })
              : afterMove(state, move, at)
          const isOver = state.status === 'completed' || state.status === 'cancelled'
          expect(maintenanceStatuses).toContain(state.status)
          expect(state.resolvedAt !== null).toBe(isOver)
          expect(marksComponents(state) && isOver).toBe(false)
          expect(marksComponents(state)).toBe(
            state.status === 'in_progress' || state.status === 'verifying',
          )
          expect(state.sequence).toBeGreaterThanOrEqual(before.sequence)
          if (move === 'reschedule') expect(state.sequence).toBeGreaterThan(before.sequence)
          if (state.status === 'scheduled') expect(state.startedAt).toBe(state.scheduledFor)
        }
      }),
    )
  })
})

describe('a window', () => {
  const underWay = { status: 'in_progress', scheduledFor: now - HOUR } as const
  test.each<[string, [number, number], Parameters<typeof assertWindow>[2], string[]]>([
    ['to come', [HOUR, 2 * HOUR], undefined, []],
    ['that begins this minute', [-30_000, HOUR], undefined, []],
    ['in the past', [-2 * HOUR, -HOUR], undefined, ['scheduled_for', 'scheduled_until']],
    ['that has begun', [-HOUR, HOUR], undefined, ['scheduled_for']],
    ['without length', [HOUR, HOUR], undefined, ['scheduled_until']],
    ['of 60 days', [HOUR, 60 * DAY + HOUR], undefined, []],
    ['of more', [HOUR, 60 * DAY + HOUR + 1], undefined, ['scheduled_until']],
    ['under way that ends later', [-HOUR, 3 * HOUR], underWay, []],
    ['under way that ends earlier', [-HOUR, MINUTE], underWay, []],
    ['under way that has ended', [-HOUR, -2 * MINUTE], underWay, ['scheduled_until']],
    ['under way with another start', [HOUR, 2 * HOUR], underWay, ['scheduled_for']],
    ['late to start, that ends later', [-HOUR, 2 * HOUR], { ...underWay, status: 'scheduled' }, []],
  ])('%s', (_, [from, until], before, paths) => {
    const window = { scheduledFor: now + from, scheduledUntil: now + until }
    const judge = () => assertWindow(window, now, before)
    if (paths.length === 0) expect(judge).not.toThrow()
    else
      expect(judge).toThrow(
        expect.objectContaining({ fields: paths.map((path) => expect.objectContaining({ path })) }),
      )
  })
})

const until = (scheduledUntil: number) => ({ scheduledFor: 0, scheduledUntil })

describe('what is told', () => {
  test.each([
    ['schedule', 'maintenance_scheduled', 'scheduled'],
    ['remind', 'maintenance_reminder', 'reminder'],
    ['start', 'maintenance_started', 'started'],
    ['verify', 'maintenance_updated', 'updated'],
    ['update', 'maintenance_updated', 'updated'],
    ['complete', 'maintenance_completed', 'completed'],
  ] as const)('of a move to %s is as it is set', (move, kind, telling) => {
    expect(announcementOfMove(move, { tells: [telling], notify: true })).toBe(kind)
    expect(announcementOfMove(move, { tells: [telling], notify: false })).toBeNull()
    const others = maintenanceTellings.filter((one) => one !== telling)
    expect(announcementOfMove(move, { tells: others, notify: true })).toBeNull()
  })

  test('of a change of plan is all, unless somebody says otherwise', () => {
    expect(announcementOfMove('cancel', { tells: [], notify: true })).toBe('maintenance_cancelled')
    expect(announcementOfMove('cancel', { tells: [], notify: false })).toBeNull()
    expect(announcementOfWindow(until(1), until(2), true)).toBe('maintenance_extended')
    expect(announcementOfWindow(until(2), until(1), true)).toBe('maintenance_updated')
    const later = { scheduledFor: 1, scheduledUntil: 2 }
    expect(announcementOfWindow(until(1), later, true)).toBe('maintenance_moved')
    expect(announcementOfWindow(later, until(1), true)).toBe('maintenance_moved')
    expect(announcementOfWindow(until(1), later, false)).toBeNull()
    expect(announcementOfWindow(until(1), until(2), false)).toBeNull()
    expect(announcementOfPlan(until(1), until(1), true, true)).toBe('maintenance_scheduled')
    expect(announcementOfPlan(until(1), until(2), true, true)).toBe('maintenance_scheduled')
    expect(announcementOfPlan(until(1), until(2), false, true)).toBe('maintenance_extended')
    expect(announcementOfPlan(until(1), later, true, true)).toBe('maintenance_moved')
    expect(announcementOfPlan(until(1), later, true, false)).toBeNull()
  })
})

describe('by itself', () => {
  const { scheduledFor: from, scheduledUntil: to } = planned
  test.each<[string, Partial<Due>, number, boolean]>([
    ['at its time', {}, from - HOUR, true],
    ['later', {}, from - 1, true],
    ['not before', {}, from - HOUR - 1, false],
    ['not after the start', {}, from, false],
    ['not twice', { remindedAt: now }, from - 1, false],
    ['not without a time', { remindMs: null }, from - 1, false],
    ['not where nobody wants it', { tells: ['started'] }, from - 1, false],
    ['not of what is cancelled', { status: 'cancelled' }, from - 1, false],
  ])('a reminder is due %s', (_, change, at, isDue) => {
    expect(isReminderDue({ ...planned, ...change }, at)).toBe(isDue)
  })

  test.each<[string, Partial<Due>, number, number | null]>([
    ['at its time', {}, from, from],
    ['at its time though we slept', {}, from + 9 * HOUR, from],
    ['not before it', {}, from - 1, null],
    ['not where an operator starts it', { autoStart: false }, from, null],
    ['not twice', { status: 'in_progress' }, from, null],
    ['not before somebody set it so', { updatedAt: from + HOUR }, from + 2 * HOUR, from + HOUR],
    ['not in the time to come of another clock', { updatedAt: from + DAY }, from + 1, from + 1],
  ])('it starts %s', (_, change, at, started) => {
    expect(startsAt({ ...planned, ...change }, at)).toBe(started)
  })

  test.each<[string, Partial<Due>, number, boolean]>([
    ['at its time', { status: 'in_progress' }, to, true],
    ['while it is verified', { status: 'verifying' }, to, true],
    ['not before', { status: 'in_progress' }, to - 1, false],
    ['not where an operator ends it', { status: 'verifying', autoComplete: false }, to, false],
    ['not before it began', { status: 'scheduled' }, to, false],
    ['not twice', { status: 'completed' }, to, false],
  ])('its end is due %s', (_, change, at, isDue) => {
    expect(isEndDue({ ...planned, ...change }, at)).toBe(isDue)
  })

  test.each([
    ['now', from, to + MINUTE, to + MINUTE],
    ['as planned, where all of it was slept through', to + HOUR, to + HOUR + MINUTE, to],
    ['now, where it was awaited since', to + HOUR, to + 2 * HOUR, to + 2 * HOUR],
  ])('it ended %s', (_, noticed, at, ended) => {
    expect(endedAt({ ...planned, status: 'in_progress' }, noticed, at)).toBe(ended)
  })

  test.each<[string, Partial<Witness>, boolean]>([
    ['that is up and was asked', {}, true],
    ['that is down', { state: 'down' }, false],
    ['that is slow', { state: 'degraded' }, false],
    ['without a verdict', { state: 'unknown', lastCheckedAt: null }, true],
    ['not asked since it began', { lastCheckedAt: now - 1 }, false],
    ['that is never asked', { isAsking: false, lastCheckedAt: now - DAY }, true],
  ])('it may end for a probe %s', (_, change, isWell) => {
    const witness: Witness = { state: 'up', isAsking: true, lastCheckedAt: now, ...change }
    expect(isWellAfter(witness, now)).toBe(isWell)
  })
})
