import { describe, expect, test } from 'vitest'
import { DomainError } from '../../../api/domain/error.ts'
import {
  assertReadable,
  assertReviewable,
  assertUnreviewed,
  GAP,
  noSummary,
} from '../../../api/domain/postmortem.ts'
import { proposedPostmortem } from '../../../api/domain/postmortem-draft.ts'
import { figuresOf, type ReviewFacts } from '../../../api/domain/postmortem-figures.ts'
import { MINUTE } from '../../../api/domain/time.ts'
import type { ComponentStatus } from '../../../api/domain/words.ts'

const start = Date.parse('2026-11-21T12:00:00Z')
const at = (minute: number) => start + minute * MINUTE

const over = {
  kind: 'incident' as const,
  name: 'Checkout is slow',
  draft: false,
  resolvedAt: start,
  postmortemPublishedAt: null,
}

describe('a post-mortem', () => {
  test.each([
    ['of an ended incident may be written', over, null],
    ['of an ended maintenance may be written', { ...over, kind: 'maintenance' as const }, null],
    ['of an open one may not', { ...over, resolvedAt: null }, 'is not over yet'],
    ['of a draft may not', { ...over, draft: true }, 'nobody outside heard of it'],
  ])('%s', (_, incident, refusal) => {
    const decide = () => assertReviewable(incident)
    if (refusal === null) expect(decide).not.toThrow()
    else expect(decide).toThrow(refusal)
  })

  test('is published once', () => {
    expect(() => assertUnreviewed(over)).not.toThrow()
    expect(() => assertUnreviewed({ ...over, postmortemPublishedAt: start })).toThrow(
      'already published',
    )
  })

  test.each([
    ['with words is fit to be read', 'A disk was full.', {}, []],
    ['without words is not', ' \n', {}, ['body']],
    ['with a gap in its text is not', `Because of ${GAP}.`, {}, ['body']],
    ['with a gap in a line is not', 'Words.', { prevention: GAP }, ['summary.prevention']],
    [
      'with a gap in an action item is not',
      'Words.',
      { action_items: [{ what: GAP, owner: null, due: null }] },
      ['summary.action_items.0.what'],
    ],
    ['names every wrong field at once', '', { lessons: GAP }, ['body', 'summary.lessons']],
  ])('%s', (_, body, summary, paths) => {
    const refusal = refusalOf(() => assertReadable(body, { ...noSummary, ...summary }))
    expect(refusal?.fields.map(({ path }) => path) ?? []).toEqual(paths)
  })
})

function refusalOf(act: () => void): DomainError | null {
  try {
    act()
    return null
  } catch (error) {
    return error as DomainError
  }
}

/** Intervals by the minute at which each status began; the last one lasts. */
function history(...steps: [minute: number, status: ComponentStatus][]) {
  return steps.map(([minute, status], index) => ({
    status,
    startedAt: at(minute),
    endedAt: steps[index + 1] ? at(steps[index + 1]![0]) : null,
  }))
}

describe('what is known without anybody writing it', () => {
  const facts: ReviewFacts = {
    incident: { kind: 'incident', startedAt: at(0), createdAt: at(2), resolvedAt: at(60) },
    alertedAt: [],
    components: [
      {
        name: 'Checkout',
        intervals: history([-90, 'operational'], [0, 'major_outage'], [40, 'operational']),
      },
    ],
  }
  const ofComponents = (...all: ReturnType<typeof history>[]) => ({
    ...facts,
    components: all.map((intervals, index) => ({ name: `C${index}`, intervals })),
  })

  test.each<[string, ReviewFacts, object]>([
    [
      'a probe noticed after two minutes, and the outage lasted until the component worked again',
      facts,
      { detect_s: 120, recover_s: 2400, down_s: 2400, degraded_s: 0, recovered_at: at(40) },
    ],
    [
      'what was down at the same time counts once, and what was only slow counts apart',
      ofComponents(
        history([0, 'partial_outage'], [20, 'degraded_performance'], [50, 'operational']),
        history([10, 'major_outage'], [30, 'operational']),
      ),
      { down_s: 1800, degraded_s: 1200, recover_s: 3000 },
    ],
    [
      'an incident that an operator opened began with the trouble that probes had seen before',
      {
        ...facts,
        incident: { ...facts.incident, createdAt: at(0) },
        alertedAt: [at(-600), at(-7)],
        components: [
          {
            name: 'Checkout',
            intervals: history([-10, 'degraded_performance'], [-5, 'major_outage']),
          },
        ],
      },
      { began_at: at(-10), detect_s: 180, recover_s: 4200, down_s: 3900, degraded_s: 300 },
    ],
    [
      'trouble that had ended before is no part of it',
      ofComponents(
        history(
          [-30, 'major_outage'],
          [-20, 'operational'],
          [1, 'major_outage'],
          [2, 'operational'],
        ),
      ),
      { began_at: at(0), down_s: 60 },
    ],
    [
      'trouble that began days before is another story',
      ofComponents(history([-3000, 'degraded_performance'], [10, 'operational'])),
      { began_at: at(0), degraded_s: 600 },
    ],
    [
      'what nobody measured has no time to detect',
      { ...facts, incident: { ...facts.incident, createdAt: at(0) } },
      { detect_s: null },
    ],
    [
      'what still fails at the all-clear lasted until then',
      ofComponents(history([0, 'major_outage'])),
      { recovered_at: at(60), recover_s: 3600, down_s: 3600 },
    ],
    [
      'maintenance is neither detected nor recovered from',
      {
        ...facts,
        incident: { ...facts.incident, kind: 'maintenance' },
        components: [{ name: 'Checkout', intervals: history([0, 'under_maintenance']) }],
      },
      { detect_s: null, recover_s: null, down_s: 0, degraded_s: 0 },
    ],
  ])('%s', (_, given, expected) => {
    expect(figuresOf(given)).toMatchObject(expected)
  })
})

describe('the words to begin with', () => {
  const page = { locale: 'en', timeZone: 'Europe/Berlin' }
  const updates = [
    { status: 'investigating' as const, body: 'We look.\n\nMore.', displayAt: at(0) },
    { status: 'resolved' as const, body: '**Issue:** x', displayAt: at(720) },
  ]
  const allClear = {
    issue: 'Checkout was slow.',
    root_cause: 'A full disk.',
    fix: 'A larger disk.',
    impact: '12 minutes.',
    postmortem_url: null,
  }

  test('are the timeline and the all-clear, with a gap for what only people know', () => {
    const { body, summary } = proposedPostmortem({ page, updates, allClear })
    expect(body).toBe(
      [
        '## What happened\n\nCheckout was slow.',
        '## Timeline\n\n- **21 Nov 2026, 13:00 CET** Investigating: We look.\n- **22 Nov 2026, 01:00 CET** Resolved: A larger disk.',
        '## Root cause\n\nA full disk.',
        '## What we did\n\nA larger disk.',
        `## What we do so that it does not happen again\n\n${GAP}`,
      ].join('\n\n'),
    )
    expect(summary).toEqual({
      ...noSummary,
      what_happened: 'Checkout was slow.',
      root_cause: 'A full disk.',
      affected: '12 minutes.',
    })
  })

  test('are in the language of the page', () => {
    const { body } = proposedPostmortem({
      page: { ...page, locale: 'de' },
      updates,
      allClear: null,
    })
    expect(body).toContain(`## Ursache\n\n${GAP}`)
  })
})
