import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../api/domain/time.ts'
import { calendar, daysOf, runsOf, uptimeOf, type Interval } from '../../../api/domain/uptime.ts'
import { componentStatuses, type ComponentStatus } from '../../../api/domain/words.ts'

const at = (text: string) => Date.parse(text)
const open = (status: ComponentStatus, from: string, to: string | null = null): Interval => ({
  status,
  startedAt: at(from),
  endedAt: to === null ? null : at(to),
})
const whole = { since: 0, now: Infinity }
const utc = calendar('2026-03-01', '2026-03-03', 'Etc/UTC')

test('calm neighbours of one kind are one run, and a day worth a word stands alone', () => {
  const nine = calendar('2026-03-01', '2026-03-09', 'Etc/UTC')
  const known = { since: at('2026-03-03T00:00Z'), now: at('2026-03-10T00:00Z') }
  const intervals = [
    open('operational', '2026-01-01T00:00Z', '2026-03-06T23:00Z'),
    open('partial_outage', '2026-03-06T23:00Z', '2026-03-07T01:00Z'),
    open('operational', '2026-03-07T01:00Z'),
  ]
  const days = daysOf(intervals, nine, known)
  const runs = runsOf(days)
  expect(runs.map((run) => [run.date, run.status, run.days, run.partial_s])).toEqual([
    ['2026-03-01', 'no_data', 2, 0],
    ['2026-03-03', 'operational', 3, 0],
    ['2026-03-06', 'partial_outage', 1, 3600],
    ['2026-03-07', 'partial_outage', 1, 3600],
    ['2026-03-08', 'operational', 2, 0],
  ])
  expect(
    days.every((day) => !('days' in day)),
    'days stay as they were',
  ).toBe(true)
})

describe('a day of a component', () => {
  test.each([
    ['quiet is operational', [open('operational', '2026-01-01T00:00Z')], 'operational', 100],
    ['unknown has no uptime', [], 'no_data', null],
    [
      'with a major outage of 6 hours lost a quarter',
      [
        open('operational', '2026-01-01T00:00Z', '2026-03-02T06:00Z'),
        open('major_outage', '2026-03-02T06:00Z', '2026-03-02T12:00Z'),
        open('operational', '2026-03-02T12:00Z'),
      ],
      'major_outage',
      75,
    ],
    [
      'with a partial outage weighs it 0.3',
      [
        open('partial_outage', '2026-03-02T00:00Z', '2026-03-02T12:00Z'),
        open('operational', '2026-03-02T12:00Z'),
      ],
      'partial_outage',
      85,
    ],
    [
      'degraded lost nothing',
      [open('degraded_performance', '2026-03-02T00:00Z')],
      'degraded_performance',
      100,
    ],
    [
      'with maintenance leaves it out',
      [
        open('under_maintenance', '2026-03-02T00:00Z', '2026-03-02T12:00Z'),
        open('major_outage', '2026-03-02T12:00Z', '2026-03-02T18:00Z'),
        open('operational', '2026-03-02T18:00Z'),
      ],
      'major_outage',
      50,
    ],
    [
      'all maintenance is known by nobody',
      [open('under_maintenance', '2026-03-01T00:00Z')],
      'under_maintenance',
      null,
    ],
    [
      'with a hole counts what was seen',
      [
        open('operational', '2026-03-02T00:00Z', '2026-03-02T06:00Z'),
        open('major_outage', '2026-03-02T18:00Z'),
      ],
      'major_outage',
      50,
    ],
    [
      'ignores what lasted no time',
      [
        open('operational', '2026-03-01T00:00Z', '2026-03-02T06:00Z'),
        open('major_outage', '2026-03-02T06:00Z', '2026-03-02T06:00Z'),
        open('operational', '2026-03-02T06:00Z'),
      ],
      'operational',
      100,
    ],
  ] as const)('%s', (_, intervals, status, uptime) => {
    const day = daysOf([...intervals], utc, whole)[1]!
    expect(day.status).toBe(status)
    if (uptime === null) expect(day.uptime).toBeNull()
    else expect(day.uptime).toBeCloseTo(uptime, 10)
  })

  test('before its component existed, or was counted, is no data', () => {
    const days = daysOf([open('operational', '2026-01-01T00:00Z')], utc, {
      since: at('2026-03-02T12:00Z'),
      now: at('2026-03-03T06:00Z'),
    })
    expect(days.map(({ status }) => status)).toEqual(['no_data', 'operational', 'operational'])
    expect(days.map(({ operational_s }) => operational_s)).toEqual([0, 12 * 3600, 6 * 3600])
  })
})

describe('days are cut in the time zone of the page', () => {
  test.each([
    ['a day in spring has 23 hours', '2026-03-29', 'Europe/Berlin', 23],
    ['a day in autumn has 25', '2026-10-25', 'Europe/Berlin', 25],
    ['a day may begin at one', '2026-03-29', 'Asia/Beirut', 23],
    ['half an hour is enough for some', '2026-04-05', 'Australia/Lord_Howe', 24.5],
    ['and most have 24', '2026-07-01', 'Asia/Kathmandu', 24],
  ])('%s', (_, date, timeZone, hours) => {
    const [day] = calendar(date, date, timeZone)
    expect((day!.end - day!.start) / HOUR).toBe(hours)
    const [known] = daysOf([open('operational', '2020-01-01T00:00Z')], [day!], whole)
    expect(known!.operational_s).toBe(hours * 3600)
  })

  test('an outage around midnight falls on both days as the clock there says', () => {
    const days = daysOf(
      [open('major_outage', '2026-06-10T21:00Z', '2026-06-10T23:00Z')],
      calendar('2026-06-10', '2026-06-11', 'Europe/Berlin'),
      whole,
    )
    expect(days.map(({ major_s }) => major_s)).toEqual([3600, 3600])
  })
})

test('90 days weigh by what is known of them, not day by day', () => {
  const days = daysOf(
    [
      open('major_outage', '2026-03-01T23:00Z', '2026-03-02T00:00Z'),
      open('operational', '2026-03-02T00:00Z', '2026-03-03T00:00Z'),
    ],
    utc,
    whole,
  )
  expect(uptimeOf(days)).toBeCloseTo((100 * 24) / 25, 10)
  expect(uptimeOf([])).toBeNull()
})

const zones = ['Etc/UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Asia/Beirut']

/** Random intervals in whole minutes, oldest first, with holes, the last one open or not. */
const histories = fc
  .array(
    fc.record({
      status: fc.constantFrom(...componentStatuses),
      minutes: fc.integer({ min: 0, max: 3000 }),
      hole: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .chain((parts) =>
    fc.record({
      parts: fc.constant(parts),
      begin: fc.integer({ min: 0, max: 3 * 1440 }),
      open: fc.boolean(),
    }),
  )
  .map(({ parts, begin, open }) => {
    const intervals: Interval[] = []
    let startedAt = at('2026-03-27T00:00Z') + begin * MINUTE
    for (const { status, minutes, hole } of parts) {
      const endedAt = startedAt + minutes * MINUTE
      if (!hole) intervals.push({ status, startedAt, endedAt })
      startedAt = endedAt
    }
    const last = intervals.at(-1)
    if (open && last) last.endedAt = null
    return intervals
  })

test('uptime of any history is what counting its minutes one by one gives', () => {
  fc.assert(
    fc.property(
      histories,
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 5 * 1440 }),
      (intervals, zone, later) => {
        const days = calendar('2026-03-28', '2026-03-31', zone)
        const now = at('2026-03-27T12:00Z') + later * MINUTE
        const told = daysOf(intervals, days, { since: 0, now })
        for (const [i, { start, end }] of days.entries()) {
          const minutes: Partial<Record<ComponentStatus, number>> = {}
          for (let minute = start; minute < Math.min(end, now); minute += MINUTE) {
            const running = intervals.find(
              ({ startedAt, endedAt }) => startedAt <= minute && minute < (endedAt ?? Infinity),
            )
            if (running) minutes[running.status] = (minutes[running.status] ?? 0) + 1
          }
          const of = (status: ComponentStatus) => minutes[status] ?? 0
          const known =
            of('operational') +
            of('degraded_performance') +
            of('partial_outage') +
            of('major_outage')
          const day = told[i]!
          expect(day.maintenance_s).toBe(of('under_maintenance') * 60)
          expect(day.major_s).toBe(of('major_outage') * 60)
          if (known === 0) expect(day.uptime).toBeNull()
          else
            expect(day.uptime).toBeCloseTo(
              100 - (100 * (of('major_outage') + 0.3 * of('partial_outage'))) / known,
              8,
            )
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('a day is as long as its hours, in every zone of the world', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const days = calendar('2026-03-01', '2026-04-10', zone)
    for (const [i, { start, end }] of days.entries()) {
      expect(end - start, `${zone} ${days[i]!.date}`).toBeGreaterThanOrEqual(22 * HOUR)
      expect(end - start).toBeLessThanOrEqual(26 * HOUR)
      if (i > 0) expect(start).toBe(days[i - 1]!.end)
    }
    expect(Math.abs(days.at(-1)!.end - days[0]!.start - 41 * DAY)).toBeLessThanOrEqual(2 * HOUR)
  }
})
