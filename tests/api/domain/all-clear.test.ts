import { describe, expect, test } from 'vitest'
import { allClearBody } from '../../../api/domain/all-clear-words.ts'
import {
  proposalOf,
  speaksForItself,
  type AllClearFacts,
  type Speakers,
} from '../../../api/domain/all-clear.ts'
import { locales } from '../../../api/domain/message.ts'
import { answersWithin } from '../../../api/domain/outage-answers.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../api/domain/time.ts'
import { LOOKS, type Watcher } from '../../../api/domain/watching.ts'

const began = Date.parse('2026-11-21T03:05:00Z')
const ended = began + 15 * MINUTE
const now = ended + 30 * MINUTE

/** Looks every 30 seconds from one moment to another, except between two others. */
function looking(from: number, until: number, hole: [number, number] = [0, 0]): Watcher['looks'] {
  const counts = new Map<number, number>()
  for (let at = from; at <= until; at += 30 * SECOND) {
    if (at > hole[0] && at < hole[1]) continue
    const span = at - (at % LOOKS)
    counts.set(span, (counts.get(span) ?? 0) + 1)
  }
  return Array.from(counts, ([at, count]) => ({ at, count }))
}

const watcher: Watcher = {
  state: 'up',
  stateSince: ended,
  flappingUntil: null,
  intervalMs: 30 * SECOND,
  lastCheckedAt: now,
  looks: looking(ended, now),
  listeningSince: null,
}

const facts: AllClearFacts = {
  page: { name: 'Corner Shop', locale: 'en', timeZone: 'Etc/UTC' },
  incident: {
    name: 'Shop - Checkout is not reachable',
    impact: 'critical',
    draft: false,
    startedAt: began,
    resolvedAt: null,
  },
  components: [{ name: 'Shop - Checkout', status: 'operational', since: ended }],
  opener: { ...watcher, watchMs: 30 * MINUTE, closing: null },
  others: [],
  looksSince: 0,
  answers: {
    ok: 20,
    failed: 12,
    latencySum: 6000,
    latencyMax: 900,
    histogram: [0, 0, 0, 15, 0, 0, 0, 0, 5],
  },
}

const { incident, opener } = facts
const checkout = facts.components[0]!
const search = { name: 'Search', status: 'operational', since: began - DAY } as const
const opened = (change: object) => ({ opener: { ...opener!, ...change } })

/** A probe at the same moment, that is well since then. */
const since = (at: number): Watcher => ({ ...watcher, stateSince: at })

describe('the all-clear is proposed', () => {
  test.each<[string, Partial<AllClearFacts>, number?]>([
    ['once all has been well for the watching time', {}],
    ['of a draft too', { incident: { ...incident, draft: true } }],
    ['when a component that never failed is named as well', { components: [checkout, search] }],
    [
      'though another probe has no verdict yet',
      { others: [{ ...watcher, state: 'unknown', lastCheckedAt: null }] },
    ],
    [
      'by the watching time of the probe that opened it',
      opened({ watchMs: 10 * MINUTE }),
      ended + 10 * MINUTE,
    ],
    [
      'though single looks are missing',
      opened({ looks: looking(ended, now, [ended + 5 * MINUTE, ended + 7 * MINUTE]) }),
    ],
    [
      'by a beat of one minute',
      opened({ looks: looking(ended, now)!.map(({ at }) => ({ at, count: 5 })) }),
    ],
    [
      'by a probe that looks once in 7 minutes',
      opened({
        intervalMs: 7 * MINUTE,
        looks: [0, 7, 14, 21, 28].map((m) => ({
          at: ended + m * MINUTE - ((ended + m * MINUTE) % LOOKS),
          count: 1,
        })),
      }),
    ],
    [
      'by a probe that is told, as long as somebody was there to hear',
      opened({ looks: null, listeningSince: began - DAY }),
    ],
    [
      'when the last component to be well was well for so long',
      { components: [checkout, { ...search, since: ended + 5 * MINUTE }] },
      ended + 35 * MINUTE,
    ],
    [
      'when the last probe to be well was well for so long',
      { others: [since(ended + 5 * MINUTE)] },
      ended + 35 * MINUTE,
    ],
  ])('%s', (_sentence, change, due = now) => {
    const at = (moment: number): AllClearFacts => {
      const told = { ...facts, ...change }
      const looked = (one: Watcher) => ({
        ...one,
        lastCheckedAt: one.lastCheckedAt && moment,
        looks: one.looks && (moment > now ? looking(ended, moment) : one.looks),
      })
      return {
        ...told,
        opener: { ...told.opener!, ...looked(told.opener!) },
        others: told.others.map(looked),
      }
    }
    expect(proposalOf(at(due), due)).toMatchObject({ since: due })
    expect(proposalOf(at(due - 1), due - 1)).toBeNull()
  })

  test('with its numbers, and without a cause', () => {
    expect(proposalOf(facts, now)).toEqual({
      began,
      ended,
      minutes: 15,
      since: now,
      checks: 32,
      failed: 12,
      errorRate: 37.5,
      slowestMs: 900,
      p95Ms: 850,
      components: ['Shop - Checkout'],
      isUntold: false,
      text: {
        issue: 'Shop - Checkout is not reachable',
        root_cause: '',
        fix: 'It has worked again since 03:20 UTC; our monitoring has watched it for 30 minutes.',
        impact:
          'Shop - Checkout: from 03:05 UTC to 03:20 UTC (15 minutes). 12 of 32 checks failed.',
      },
    })
  })

  test('without figures where none are kept any more', () => {
    const answers = { ok: 0, failed: 0, latencySum: 0, latencyMax: 0, histogram: [] }
    expect(proposalOf({ ...facts, answers }, now)).toMatchObject({
      checks: 0,
      errorRate: null,
      slowestMs: null,
      p95Ms: null,
      text: { impact: 'Shop - Checkout: from 03:05 UTC to 03:20 UTC (15 minutes).' },
    })
  })

  test('in the words of a template, whose gaps hold plain words', () => {
    const closing = {
      title: '',
      body: '**{components}** after {duration} ({impact}), since {time}.',
    }
    const components = [{ ...checkout, name: 'us_east *' }, search]
    expect(proposalOf({ ...facts, components, ...opened({ closing }) }, now)!.text).toMatchObject({
      root_cause: '',
      fix: String.raw`**us_east \* and Search** after 15 minutes (Critical), since 03:05 UTC.`,
    })
  })

  test('with the day where it went past midnight', () => {
    const startedAt = ended - 6 * HOUR
    const { fix, impact } = proposalOf(
      { ...facts, incident: { ...incident, startedAt } },
      now,
    )!.text
    expect(fix).toContain('21 Nov 2026, 03:20 UTC')
    expect(impact).toContain('from 20 Nov 2026, 21:20 UTC to 21 Nov 2026, 03:20 UTC (6 hours)')
  })
})

describe('nothing is proposed', () => {
  test.each<[string, Partial<AllClearFacts>]>([
    ['of what is resolved', { incident: { ...incident, resolvedAt: now } }],
    ['where the probe that opened it looks no more', { opener: null }],
    ['while that probe has no verdict', opened({ state: 'unknown' })],
    ['while that probe is down', opened({ state: 'down', stateSince: began })],
    ['while that probe finds it slow', opened({ state: 'degraded' })],
    ['while that probe sees it go to and fro', opened({ flappingUntil: now + MINUTE })],
    ['while another probe is down', { others: [{ ...watcher, state: 'down' }] }],
    ['while another probe sees it go to and fro', { others: [{ ...watcher, flappingUntil: now }] }],
    [
      'while an operator calls a component slow',
      { components: [{ ...checkout, status: 'degraded_performance' }] },
    ],
    [
      'while another incident calls one of them failing',
      { components: [checkout, { ...search, status: 'partial_outage' }] },
    ],
    [
      'during maintenance of a component',
      { components: [{ ...checkout, status: 'under_maintenance' }] },
    ],
    ['after a relapse, until the whole time is over again', opened({ stateSince: ended + MINUTE })],
    [
      'when another word turned well too late',
      { components: [{ ...checkout, since: ended + SECOND }] },
    ],
    ['when nobody looked for an hour', opened({ lastCheckedAt: now - HOUR })],
    [
      'when nobody has looked since the watching time was over',
      {
        ...opened({
          stateSince: began + MINUTE,
          looks: looking(began, now - 3 * MINUTE),
          lastCheckedAt: now - 3 * MINUTE,
        }),
        components: [{ ...checkout, since: began + MINUTE }],
      },
    ],
    ['when nobody has looked since', opened({ lastCheckedAt: now - 3 * MINUTE })],
    [
      'when the first look after an hour asleep finds it well',
      {
        ...opened({
          looks: [...looking(ended - HOUR, ended - 50 * MINUTE)!, { at: now - LOOKS, count: 1 }],
          stateSince: ended - HOUR,
        }),
        incident: { ...incident, startedAt: ended - 2 * HOUR },
        components: [{ ...checkout, since: ended - HOUR }],
      },
    ],
    [
      'when nobody looked for 10 minutes of it',
      opened({ looks: looking(ended, now, [ended + 8 * MINUTE, ended + 18 * MINUTE]) }),
    ],
    [
      'when the answers of the last minutes do not count',
      opened({ looks: looking(ended, now - 8 * MINUTE) }),
    ],
    [
      'when another probe did not look',
      { others: [{ ...watcher, looks: looking(ended + 12 * MINUTE, now) }] },
    ],
    ['when nobody was there to hear', opened({ looks: null, listeningSince: ended + MINUTE })],
  ])('%s', (_sentence, change) => {
    expect(proposalOf({ ...facts, ...change }, now)).toBeNull()
  })

  test('after a hole until it was watched for the whole time again', () => {
    const hole: [number, number] = [ended + 10 * MINUTE, ended + 70 * MINUTE]
    const at = (moment: number) =>
      proposalOf(
        { ...facts, ...opened({ lastCheckedAt: moment, looks: looking(ended, moment, hole) }) },
        moment,
      )
    expect(at(hole[1])).toBeNull()
    expect(at(hole[1] + 29 * MINUTE)).toBeNull()
    expect(at(hole[1] + 31 * MINUTE)).toMatchObject({ ended, minutes: 15 })
  })
})

const alone: Speakers = {
  way: 'auto',
  opensIncident: 'public',
  draft: false,
  authors: ['probe'],
  changedBy: ['probe'],
}

test.each<[string, Partial<Speakers>, boolean]>([
  ['what a probe opened and nobody else spoke in is ended without asking', {}, true],
  ['several notes of probes change nothing', { authors: ['probe', 'probe'], changedBy: [] }, true],
  ['the usual way is to ask', { way: 'propose' }, false],
  ['a draft is nobody else to publish', { draft: true }, false],
  ['a draft that an operator published is theirs', { opensIncident: 'draft' }, false],
  ['a probe that opens nothing ends nothing', { opensIncident: 'no' }, false],
  ['where an operator wrote, an operator ends it', { authors: ['probe', 'tester'] }, false],
  ['where an operator changed the name, an operator ends it', { changedBy: ['tester'] }, false],
])('%s', (_sentence, change, expected) => {
  expect(speaksForItself({ ...alone, ...change })).toBe(expected)
})

test.each(locales)(
  'in %s, what is said without asking names no cause and leaves no place open',
  (locale) => {
    const told = { ...facts, page: { ...facts.page, locale } }
    const proposal = proposalOf(told, now)!
    for (const text of [allClearBody(told, proposal), ...Object.values(proposal.text)])
      expect(text).not.toMatch(/[{}]/)
    expect(allClearBody(told, proposal)).toContain('Checkout')
  },
)

describe('what was answered while it lasted', () => {
  const good = { latencySum: 1000, latencyMax: 200, histogram: [0, 0, 10] }
  const within = (...folded: { at: number; ok: number; failed: number }[]) =>
    answersWithin(
      folded.map(({ at, ...counts }) => ({
        at,
        bucket: { ...good, ...counts },
        intervalMs: 30 * SECOND,
      })),
      { from: began + MINUTE, until: began + 7 * MINUTE, length: LOOKS, now: began + HOUR },
    )

  test.each([
    [
      'good answers before and after are not of it',
      [
        { at: began, ok: 2, failed: 20 },
        { at: began + LOOKS, ok: 6, failed: 12 },
      ],
      0,
      32,
    ],
    [
      'good answers between its failures are',
      [
        { at: began, ok: 5, failed: 5 },
        { at: began + LOOKS, ok: 8, failed: 2 },
      ],
      3,
      7,
    ],
    ['one more or less makes no negative number', [{ at: began, ok: 1, failed: 20 }], 0, 20],
  ])('%s', (_sentence, folded, ok, failed) => {
    expect(within(...folded)).toMatchObject({ ok, failed })
  })

  test('where nothing was answered well there are no times', () => {
    expect(within({ at: began, ok: 2, failed: 20 }).histogram).toEqual([])
  })
})
