import { describe, expect, test } from 'vitest'
import { locales } from '../../../api/domain/message.ts'
import {
  listOf,
  openingOf,
  renameDragged,
  symptomOf,
  type Opening,
  type Symptom,
} from '../../../api/domain/opening.ts'
import type { Sample } from '../../../api/domain/probe.ts'
import type { ProbeKind, ProbeState } from '../../../api/domain/words.ts'

const failed: Sample = { outcome: 'failed', latency_ms: 80, status: null, reason: 'no answer' }
const answered = { ...failed, answered: true }

test.each<[string, ProbeKind, ProbeState, Sample, Symptom]>([
  ['nobody answers', 'http', 'down', failed, 'silent'],
  ['an error page', 'http', 'down', { ...failed, status: 503 }, 'errors'],
  ['slow answers', 'http', 'degraded', { ...failed, outcome: 'ok', status: 200 }, 'slow'],
  [
    'an expired certificate',
    'tls',
    'down',
    { ...answered, reason: 'the certificate has expired (CERT_HAS_EXPIRED)' },
    'certificate',
  ],
  [
    'an answer that speaks of certificates',
    'http',
    'down',
    { ...answered, status: 500, reason: 'the text certificate is missing' },
    'errors',
  ],
  ['a name that has no record', 'dns', 'down', answered, 'errors'],
  ['a job that did not call', 'heartbeat', 'down', { ...failed, answered: false }, 'missing'],
  ['a job that says it failed', 'heartbeat', 'down', answered, 'reported'],
  ['a figure beyond its limit', 'metric', 'down', answered, 'metric'],
  [
    'a figure that is worse than usual',
    'metric',
    'degraded',
    { ...answered, outcome: 'ok' },
    'metric',
  ],
  ['a figure that is not told any more', 'metric', 'down', failed, 'missing'],
])('%s', (_, kind, to, sample, expected) => {
  expect(symptomOf(kind, to, sample)).toBe(expected)
})

const opening: Opening = {
  symptom: 'silent',
  status: 'partial_outage',
  impact: 'major',
  since: Date.parse('2026-11-21T12:00:00Z'),
  now: Date.parse('2026-11-21T12:03:00Z'),
  component: 'Checkout',
  dragged: [],
  reason: 'no complete answer in 5000 ms',
  page: { name: 'Corner Shop', locale: 'en', timeZone: 'Europe/Berlin' },
}

const symptoms = [
  'silent',
  'errors',
  'slow',
  'missing',
  'reported',
  'metric',
  'certificate',
  'left',
] as const

describe('the usual words', () => {
  test.each<[Symptom, string, string]>([
    ['silent', 'Checkout is not reachable', 'Checkout has not been reachable since 13:00 CET.'],
    [
      'errors',
      'Checkout answers with errors',
      'Checkout has been answering with errors since 13:00 CET.',
    ],
    [
      'missing',
      'Checkout has not reported in time',
      'Checkout should have reported to our monitoring; it has not since 13:00 CET.',
    ],
    [
      'metric',
      'Checkout is outside its limits',
      'A figure by which we watch Checkout has been outside its limits since 13:00 CET.',
    ],
    [
      'certificate',
      'Checkout cannot be reached securely',
      'Secure connections to Checkout have failed since 13:00 CET: something is wrong with its certificate.',
    ],
    [
      'left',
      'Checkout still does not work',
      'Checkout has not worked since 13:00 CET. What it depends on works again, but it does not.',
    ],
  ])('%s', (symptom, title, beginning) => {
    expect(openingOf({ ...opening, symptom }, null)).toEqual({
      title,
      body: `${beginning} Parts of it cannot be used at the moment. We are investigating.`,
    })
  })

  test.each(locales)('say what, since when and what else in %s', (locale) => {
    for (const symptom of symptoms)
      for (const status of ['under_maintenance', 'degraded_performance', 'major_outage'] as const) {
        const page = { ...opening.page, locale }
        const dragged = ['Search', 'Apps']
        const { title, body } = openingOf({ ...opening, symptom, status, dragged, page }, null)
        expect(title).toContain('Checkout')
        for (const said of ['Checkout', '13:00', listOf(['Apps', 'Search'], locale)])
          expect(body).toContain(said)
        expect(body).not.toMatch(/[{}]|undefined|probe\./)
      }
  })

  test('read names as they are', () => {
    const odd = { ...opening, component: '*Pay* [now](x) & {time}', dragged: ['<b>Search</b>'] }
    const { title, body } = openingOf(odd, null)
    expect(title).toBe('*Pay* [now](x) & {time} is not reachable')
    expect(body).toContain(String.raw`\*Pay\* \[now\](x) & {time} has not`)
    expect(body).toContain(String.raw`affects \<b>Search\</b>.`)
  })
})

const own = (title: string, body: string) =>
  openingOf({ ...opening, dragged: ['Search'] }, { title, body })

describe('words of an operator', () => {
  test('have every gap filled', () => {
    expect(
      own('{component} on {page}', '{components}, {time}, {impact}, {duration}: {reason}'),
    ).toEqual({
      title: 'Checkout on Corner Shop',
      body: 'Checkout and Search, 13:00 CET, Major, 3 minutes: no complete answer in 5000 ms',
    })
  })

  test.each([
    ['', ''],
    ['  ', '\n'],
  ])('say the usual where they say nothing (%j, %j)', (title, body) => {
    expect(own(title, body)).toMatchObject({
      title: 'Checkout is not reachable',
      body: expect.stringContaining('This also affects Search.') as string,
    })
  })

  test('with a gap that nobody knows are said all the same', () => {
    expect(own('{who}', '{what} {component}')).toEqual({ title: '{who}', body: '{what} Checkout' })
  })
})

const rename = (body: string, before: string[], after: string[]) =>
  renameDragged(body, 'en', before, after)

describe('what is dragged down later', () => {
  const usual = openingOf(opening, null).body
  test('is said before the closing sentence, exchanged, and taken back without a trace', () => {
    const one = rename(usual, [], ['Search'])
    expect(one).toMatch(/moment\. This also affects Search\. We are investigating\.$/)
    const two = rename(one, ['Search'], ['Search', 'Apps'])
    expect(two).toMatch(/moment\. This also affects Apps and Search\. We are investigating\.$/)
    expect(rename(two, ['Apps', 'Search'], [])).toBe(usual)
  })

  test('follows words that an operator prepared', () => {
    const said = rename('Sorry.', [], ['Search'])
    expect(said).toBe('Sorry.\n\nThis also affects Search.')
    expect(rename(said, ['Search'], [])).toBe('Sorry.')
  })

  test('keeps whatever else was added', () => {
    const flapping = `${rename(usual, [], ['Search'])} It has changed several times.`
    expect(rename(flapping, ['Search'], ['Apps'])).toMatch(
      /affects Apps\. We are investigating\. It has changed several times\.$/,
    )
  })

  test('names nobody twice', () => {
    expect(rename(usual, [], ['Search', 'Search'])).toContain('affects Search.')
  })
})

test.each<[number, string]>([
  [1, 'c0'],
  [2, 'c0 and c1'],
  [9, 'c0, c1, c2, c3, c4, c5, c6, c7 and c8'],
  [10, 'c0, c1, c2, c3, c4, c5, c6, c7 and 2 more'],
])('a list of %i', (n, expected) => {
  expect(
    listOf(
      Array.from({ length: n }, (_, i) => `c${i}`),
      'en',
    ),
  ).toBe(expected)
})
