import * as fc from 'fast-check'
import { DAY } from '../../api/domain/time.ts'
import {
  eventKinds,
  impacts,
  minimumImpacts,
  phases,
  updateWishes,
} from '../../api/domain/words.ts'

// Whatever a subscriber may wish for, and whatever may be told; few ids, so that both often meet.

const ids = fc.subarray(['a', 'b', 'c', 'd'])

/** A local time, more often one at which clocks are changed somewhere. */
export const anyTime = fc.oneof(
  fc.constantFrom('00:00', '00:30', '01:59', '02:00', '02:30', '03:00', '23:30', '23:59'),
  fc
    .integer({ min: 0, max: 24 * 60 - 1 })
    .map((at) => new Date(at * 60_000).toISOString().slice(11, 16)),
)

/** Half and quarter hours, hours that are skipped or come twice, and the ends of the world. */
export const anyZone = fc.constantFrom(
  'Etc/UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Havana',
  'America/Nuuk',
  'America/Santiago',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Australia/Eucla',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
)

/** Any moment of ten years, more often one around a change of clocks. */
export const anyMoment = fc.oneof(
  fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2034, 0) }),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-29T01:00Z',
        '2026-10-25T01:00Z',
        '2026-03-08T07:00Z',
        '2026-11-01T06:00Z',
        '2026-10-03T15:30Z',
        '2026-04-04T15:00Z',
        '2026-03-29T00:00Z',
      ),
      fc.integer({ min: -DAY, max: DAY }),
    )
    .map(([change, off]) => Date.parse(change) + off),
)

export const anyPreferences = fc.record({
  components: ids,
  groups: ids,
  events: fc.subarray([...eventKinds]),
  min_impact: fc.constantFrom(...minimumImpacts),
  updates: fc.constantFrom(...updateWishes),
  incidents: ids,
  only_incidents: fc.boolean(),
  quiet: fc.option(fc.record({ from: anyTime, until: anyTime })),
  digest_at: fc.option(anyTime, { freq: 2 }),
})

const reach = { impact: fc.constantFrom(...impacts), component_ids: ids, group_ids: ids }

export const anyEvent = fc.record({
  kind: fc.constantFrom(...eventKinds),
  phase: fc.constantFrom(...phases),
  incident_id: fc.constantFrom('a', 'b', 'c', 'd'),
  ...reach,
  before: fc.array(fc.record(reach), { maxLength: 3 }),
})

const clocks = new Map<string, Intl.DateTimeFormat>()

/** What clocks in a zone show, `HH:MM`, as Intl says it. */
export function clockIn(timeZone: string, at: number): string {
  const options = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', options)
  clocks.set(timeZone, clock)
  return clock.format(at)
}
