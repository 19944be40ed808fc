import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readProfile } from '../../db/profile.ts'

const folder = new URL('../../db/profiles/', import.meta.url)
const files = (await readdir(folder)).map((file) => [file])

test.each(files)('the profile %s can be read', async (file) => {
  const profile = readProfile(file, await readFile(new URL(file, folder), 'utf8'))
  expect(profile.components.length).toBeGreaterThan(0)
})

const good = `page:
  name: Corner Shop
  time_zone: Europe/Lisbon
severities:
  - key: p0
    name: P0
    impact: critical
    respond_within: 1.5h
groups:
  - key: shop
    name: Shop
components:
  - key: search
    name: Search
    group: shop
probes:
  - key: search
    component: search
    url: https://shop.example/health
    interval: 30s
    severity: p0
`

test('durations are read in their units, what is left out has the usual value', () => {
  const profile = readProfile('shop.yaml', good)
  expect(profile.severities[0]).toMatchObject({ respond_within: 90, resolve_within: null })
  expect(profile.page).toMatchObject({ locale: 'en', support: { email: null, hours: null } })
  expect(profile.probes[0]).toMatchObject({
    interval: 30_000,
    recheck: 10_000,
    question: { kind: 'http', method: 'GET', max_redirects: 3 },
    opens_incident: 'draft',
    degraded: null,
  })
})

test('without a word on it nobody can subscribe by SMS', () => {
  expect(readProfile('shop.yaml', good).page).toMatchObject({
    privacy_url: null,
    terms_url: null,
    sms: { countries: [], prices: {}, spend_per_day: null, codes_per_country: 500 },
  })
})

test.each([
  ['', 99.9],
  ['\n  uptime_target: 99.95', 99.95],
  ['\n  uptime_target: 100', 100],
])('the target of uptime, written as %j, is %s percent', (written, target) => {
  const text = good.replace('Europe/Lisbon', `Europe/Lisbon${written}`)
  expect(readProfile('shop.yaml', text).page.uptime_target).toBe(target)
})

test.each([
  ['0.999', 'must be 50 to 100 percent'],
  ['100.1', 'must be 50 to 100 percent'],
  ['99.9%', 'must be a number of percent, such as 99.9'],
])('a target of %s is refused', (written, sentence) => {
  const text = good.replace('Europe/Lisbon', `Europe/Lisbon\n  uptime_target: ${written}`)
  expect(complaints(text).join()).toContain(`page.uptime_target: ${sentence}`)
})

test('SMS have countries, prices and limits', () => {
  const text = good.replace('Europe/Lisbon', `Europe/Lisbon${sms}`)
  expect(readProfile('shop.yaml', text).page.sms).toEqual({
    countries: ['US', 'NO'],
    prices: { default: 0.05, US: 0.0083 },
    currency: 'EUR',
    spend_per_day: 12.5,
    codes_per_country: 500,
  })
})

test('SMS may have limits of single countries, and a word on what may be lost', () => {
  const more = `${sms}
    spend_per_country: { US: 3, NO: 0.5 }
    ambiguous: drop`
  const text = good.replace('Europe/Lisbon', `Europe/Lisbon${more}`)
  expect(readProfile('shop.yaml', text).page.sms).toMatchObject({
    spend_per_day: 12.5,
    spend_per_country: { US: 3, NO: 0.5 },
    ambiguous: 'drop',
  })
})

const sms = `
  sms:
    countries: [US, NO, US]
    prices: { default: 0.05, US: 0.0083 }
    currency: EUR
    spend_per_day: 12.5`

const wrongSms: [string, [string, string], string][] = [
  [
    'a country that is none',
    ['US, NO', 'US, UK'],
    'shop.yaml:5 page.sms.countries.1: must be the ISO 3166-1 code of a country, such as DE',
  ],
  [
    'a country in lower case',
    ['US, NO', 'us, NO'],
    'shop.yaml:5 page.sms.countries.0: must be the ISO 3166-1 code of a country, such as DE',
  ],
  [
    'a price for a country that is none',
    ['US: 0.0083', 'USA: 0.0083'],
    'shop.yaml:6 page.sms.prices.USA: must be the ISO 3166-1 code of a country, such as DE',
  ],
  [
    'a price in words',
    ['default: 0.05', 'default: free'],
    'shop.yaml:6 page.sms.prices.default: must be the price of one segment, such as 0.05',
  ],
  [
    'a currency in words',
    ['EUR', 'Euro'],
    'shop.yaml:7 page.sms.currency: must be an ISO 4217 code such as USD',
  ],
  [
    'a limit that nothing counts towards',
    ['default: 0.05, ', ''],
    'shop.yaml:8 page.sms.spend_per_day: needs prices.default, or some messages would seem to cost nothing',
  ],
  [
    'a limit of a country that is none',
    ['spend_per_day: 12.5', 'spend_per_country: { UK: 5 }'],
    'shop.yaml:8 page.sms.spend_per_country.UK: must be the ISO 3166-1 code of a country, such as DE',
  ],
  [
    'a limit of nothing',
    ['spend_per_day: 12.5', 'spend_per_country: { NO: 0 }'],
    'shop.yaml:8 page.sms.spend_per_country.NO: must be what SMS to this country may cost in a day, such as 20',
  ],
  [
    'one limit where limits are by country',
    ['spend_per_day: 12.5', 'spend_per_country: 20'],
    'shop.yaml:8 page.sms.spend_per_country: must be limits by country, such as { DE: 20 }',
  ],
  [
    'a limit of a country that nothing counts towards',
    [
      'prices: { default: 0.05, US: 0.0083 }\n    currency: EUR\n    spend_per_day: 12.5',
      'prices: { US: 0.0083 }\n    spend_per_country: { US: 3, NO: 5 }',
    ],
    'shop.yaml:7 page.sms.spend_per_country.NO: needs prices.NO or prices.default, or its messages would seem to cost nothing',
  ],
  [
    'another word on what may be lost',
    ['currency: EUR', 'ambiguous: repeat'],
    'shop.yaml:7 page.sms.ambiguous: must be resend or drop',
  ],
  [
    'a misspelt setting',
    ['currency', 'curency'],
    'shop.yaml:7 page.sms.curency: is not known here',
  ],
]

test.each(wrongSms)('%s is refused', (_, [from, to], sentence) => {
  expect(sms).toContain(from)
  const text = good.replace('Europe/Lisbon', `Europe/Lisbon${sms.replace(from, to)}`)
  expect(complaints(text)).toEqual([sentence])
})

const wrong: [string, [string, string], string][] = [
  [
    'a misspelt field',
    ['    group: shop', '    grup: shop'],
    'shop.yaml:15 components.0.grup: is not known here',
  ],
  ['a missing field', ['    name: P0\n', ''], 'shop.yaml:5 severities.0.name: is missing'],
  [
    'a group that is not there',
    ['group: shop', 'group: store'],
    'shop.yaml:15 components.0.group: "store" is not one of groups',
  ],
  [
    'a component that is not there',
    ['component: search', 'component: checkout'],
    'shop.yaml:18 probes.0.component: "checkout" is not one of components',
  ],
  [
    'a need that is not there',
    ['    group: shop', '    depends_on: [shop, payments]'],
    [
      'shop.yaml:15 components.0.depends_on.0: "shop" is not one of components',
      'shop.yaml:15 components.0.depends_on.1: "payments" is not one of components',
    ].join('\n'),
  ],
  [
    'one need where there is a list',
    ['    group: shop', '    depends_on: search'],
    'shop.yaml:15 components.0.depends_on: must be a list of keys',
  ],
  [
    'a component that needs itself',
    ['    group: shop', '    depends_on: [search]'],
    'shop.yaml:15 components.0.depends_on: must not lead back: search -> search',
  ],
  [
    'components that need each other',
    [
      'probes:',
      '  - { key: a, name: A, depends_on: [search, b] }\n  - { key: b, name: B, depends_on: [a] }\nprobes:',
    ],
    'shop.yaml:16 components.1.depends_on: must not lead back: a -> b -> a',
  ],
  [
    'a template that is not there',
    ['severity: p0', 'closing_template: over'],
    'shop.yaml:21 probes.0.closing_template: "over" is not one of templates',
  ],
  [
    'a gap that nobody fills',
    ['probes:', "templates:\n  - { key: a, name: A, body: 'Since {tme}.' }\nprobes:"],
    'shop.yaml:17 templates.0.body: {tme} in line 1, character 7 is not a gap; braces are only for {component}, {components}, {time}, {impact}, {duration}, {page}, {reason}',
  ],
  [
    'a region in capitals',
    ['severity: p0', 'regions: [Main]'],
    'shop.yaml:21 probes.0.regions: must be at most 10 different names such as eu-west: a-z, 0-9 and -',
  ],
  [
    'more votes than regions',
    ['severity: p0', 'regions: [main, office]\n    quorum: 3'],
    'shop.yaml:22 probes.0.quorum: must be 1 to the number of regions, or null for more than half of those heard',
  ],
  [
    'a watching time of two days',
    ['severity: p0', 'watch: 2d'],
    'shop.yaml:21 probes.0.watch: must be 0 to 86400000',
  ],
  [
    'an unknown way with the all-clear',
    ['severity: p0', 'all_clear: never'],
    'shop.yaml:21 probes.0.all_clear: Invalid option: expected one of "propose"|"auto"',
  ],
  [
    'a severity that is not there',
    ['severity: p0', 'severity: p9'],
    'shop.yaml:21 probes.0.severity: "p9" is not one of severities',
  ],
  [
    'a key that is used twice',
    ['probes:', '  - key: search\n    name: Again\nprobes:'],
    'shop.yaml:16 components.1.key: there is another "search" before it',
  ],
  [
    'a field that is written twice',
    ['    group: shop', '    group: shop\n    group: shop'],
    'shop.yaml:16: Map keys must be unique',
  ],
  [
    'a duration without a unit',
    ['interval: 30s', 'interval: 30'],
    'shop.yaml:20 probes.0.interval: must be a duration such as 30s, 5m or 2h',
  ],
  [
    'a canary that is no URL',
    ['probes:', 'canaries: [one.example]\nprobes:'],
    'shop.yaml:16 canaries.0: must be an http or https URL',
  ],
  [
    'too many canaries',
    ['probes:', `canaries: [${'https://a.example/, '.repeat(6)}]\nprobes:`],
    'shop.yaml:16 canaries: must be at most 5',
  ],
  [
    'a percentile in percent',
    ['interval: 30s', 'latency_percentile: 95'],
    'shop.yaml:20 probes.0.latency_percentile: must be above 0 and at most 1, such as 0.6',
  ],
  [
    'a window that is too long',
    ['interval: 30s', 'latency_window: 21'],
    'shop.yaml:20 probes.0.latency_window: must be 1 to 20 answers',
  ],
  [
    'a confirmation of a day',
    ['interval: 30s', 'confirm: 1d'],
    'shop.yaml:20 probes.0.confirm: must be 0 to 3600000',
  ],
  [
    'a wait of a day',
    ['interval: 30s', 'stable: 1d'],
    'shop.yaml:20 probes.0.stable: must be 0 to 3600000; 0 lets it flap',
  ],
  [
    'a duration in words',
    ['interval: 30s', 'interval: fast'],
    'shop.yaml:20 probes.0.interval: must be a duration such as 30s, 5m or 2h',
  ],
  [
    'an interval out of bounds',
    ['interval: 30s', 'interval: 2d'],
    'shop.yaml:20 probes.0.interval: must be 1000 to 86400000',
  ],
  [
    'a time-out longer than the interval',
    ['interval: 30s', 'interval: 30s\n    timeout: 1m'],
    'shop.yaml:21 probes.0.timeout: must be at least 100, at most 60000 and at most interval_ms',
  ],
  [
    'a URL that cannot be asked',
    ['https://shop.example/health', 'ftp://shop.example'],
    'shop.yaml:19 probes.0.url: must be an http or https URL',
  ],
  [
    'a time zone that does not exist',
    ['Europe/Lisbon', 'Europe/Springfield'],
    'shop.yaml:3 page.time_zone: must be an IANA time zone such as Europe/Berlin',
  ],
  [
    'a word that is none of ours',
    ['impact: critical', 'impact: huge'],
    'shop.yaml:7 severities.0.impact: Invalid option: expected one of "none"|"minor"|"major"|"critical"',
  ],
  [
    'a key that could not stand in a URL',
    ['key: shop', 'key: The Shop'],
    'shop.yaml:10 groups.0.key: must be lower-case letters, digits and single hyphens',
  ],
]

const kinds = `probes:
  - key: mail
    component: search
    kind: tcp
    host: mail.shop.example
    port: 25
    expect_text: "220"
  - key: backup
    component: search
    kind: heartbeat
    every: 1d
    grace: 2h
  - key: errors
    component: search
    kind: metric
    down_above: 0.05
    stale_after: 5m
  - key: api
    component: search
    url: https://shop.example/api
    expect_status: [2xx, 304]
    expect_json:
      - { path: $.status, equals: ok }
`
const withKinds = good.replace(/probes:[^]*$/, kinds)

test('probes of every kind are read, with durations where the API has milliseconds', () => {
  const questions = readProfile('shop.yaml', withKinds).probes.map(({ question }) => question)
  expect(questions).toMatchObject([
    { kind: 'tcp', host: 'mail.shop.example', port: 25, send: '', expect_text: '220' },
    { kind: 'heartbeat', every_ms: 86_400_000, grace_ms: 7_200_000 },
    { kind: 'metric', down_above: 0.05, degraded_above: null, stale_after_ms: 300_000 },
    {
      kind: 'http',
      expect_status: ['2xx', 304],
      expect_json: [{ path: '$.status', equals: 'ok' }],
    },
  ])
})

test.each<[string, [string, string], string | RegExp]>([
  [
    'a port that is none',
    ['port: 25', 'port: 0'],
    'shop.yaml:21 probes.0.port: must be 1 to 65535',
  ],
  [
    'a missing host',
    ['    host: mail.shop.example\n', ''],
    'shop.yaml:17 probes.0.host: is missing: tcp needs it',
  ],
  [
    'a field of another kind',
    ['port: 25', 'port: 25\n    method: GET'],
    'shop.yaml:22 probes.0.method: is not known to tcp',
  ],
  [
    'a heartbeat of no time',
    ['    every: 1d\n', ''],
    'shop.yaml:23 probes.1.every: is missing: heartbeat needs it',
  ],
  [
    'grace in words',
    ['grace: 2h', 'grace: some'],
    'shop.yaml:27 probes.1.grace: must be a duration such as 30s, 5m or 2h',
  ],
  [
    'thresholds in the wrong order',
    ['down_above: 0.05', 'down_above: 0.05\n    degraded_above: 1'],
    'shop.yaml:31 probes.2.down_above: must not be less than degraded_above',
  ],
  [
    'a range of nothing',
    ['2xx', '2yy'],
    'shop.yaml:36 probes.3.expect_status.0: must be 100 to 599, or a range such as 2xx or 200-299',
  ],
  [
    'a path that is none',
    ['$.status', 'status'],
    /^shop\.yaml:38 probes\.3\.expect_json\.0\.path: must be a JSONPath/,
  ],
])('%s in a probe is refused with file, line and field', (_, [from, to], sentence) => {
  expect(withKinds).toContain(from)
  const [complaint, ...others] = complaints(withKinds.replace(from, to))
  expect(complaint).toMatch(sentence)
  expect(others).toEqual([])
})

function complaints(text: string): string[] {
  try {
    readProfile('shop.yaml', text)
  } catch (error) {
    return (error as Error).message.split('\n')
  }
  return []
}

test.each(wrong)('%s is refused with file, line and field', (_, [from, to], sentence) => {
  expect(good).toContain(from)
  expect(complaints(good.replace(from, to)).join('\n')).toEqual(sentence)
})

test('what a component needs is read once', () => {
  const more = '  - { key: till, name: Till, depends_on: [search, search] }\nprobes:'
  const { components } = readProfile('shop.yaml', good.replace('probes:', more))
  expect(components.map(({ depends_on }) => depends_on)).toEqual([[], ['search']])
})

test('everything that is wrong is said at once', () => {
  const text = good.replace('interval: 30s', 'interval: 30').replace('key: shop', 'key: Shop')
  expect(complaints(text)).toEqual([
    'shop.yaml:10 groups.0.key: must be lower-case letters, digits and single hyphens',
    'shop.yaml:20 probes.0.interval: must be a duration such as 30s, 5m or 2h',
  ])
})

test.each([
  ['an empty file', ''],
  ['a file that is no mapping', 'hello'],
  ['broken YAML', 'a: ['],
])('%s is refused', (_, text) => {
  expect(() => readProfile('shop.yaml', text)).toThrow(/^shop\.yaml:1/)
})
