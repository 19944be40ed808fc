import { z } from 'zod'
import { DomainError } from '../api/domain/error.ts'
import { isCountry } from '../api/domain/countries.ts'
import { circleThrough, nameCircle } from '../api/domain/dependencies.ts'
import { complaintsAboutLanguages } from '../api/domain/languages.ts'
import { locales } from '../api/domain/message.ts'
import { complaintsAbout } from '../api/domain/question-rules.ts'
import { questionOf } from '../api/domain/question.ts'
import { noSms } from '../api/domain/sms.ts'
import { MINUTE } from '../api/domain/time.ts'
import { assertTemplate } from '../api/domain/template.ts'
import { impacts, incidentStatuses } from '../api/domain/words.ts'
import { brand } from './profile-brand.ts'
import { duration, key } from './profile-fields.ts'
import { probe } from './profile-probe.ts'
import { support } from './profile-support.ts'

const minutes = duration.transform((ms) => Math.round(ms / MINUTE))

const name = z.string().trim().min(1, 'must not be empty').max(200)

const webPage = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .nullable()
  .default(null)

const noCountry = 'must be the ISO 3166-1 code of a country, such as DE'
const country = z.string(noCountry).refine(isCountry, noCountry)
const price = z.number('must be the price of one segment, such as 0.05').min(0).max(10)

const noLimit = 'must be what SMS to this country may cost in a day, such as 20'
const noLimits = 'must be limits by country, such as { DE: 20 }'

const sms = z
  .strictObject({
    countries: z
      .array(country)
      .transform((list) => [...new Set(list)])
      .default(noSms.countries),
    prices: z.record(z.string(), price).default(noSms.prices),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD')
      .default(noSms.currency),
    spend_per_day: z.number().positive().nullable().default(noSms.spend_per_day),
    spend_per_country: z
      .record(z.string(), z.number(noLimit).positive(noLimit), noLimits)
      .optional(),
    codes_per_country: z.int().positive().default(noSms.codes_per_country),
    ambiguous: z.enum(['resend', 'drop'], 'must be resend or drop').optional(),
  })
  .superRefine(({ prices, spend_per_day, spend_per_country }, context) => {
    const refuse = (path: string[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    for (const code of Object.keys(prices))
      if (code !== 'default' && !isCountry(code)) refuse(['prices', code], noCountry)
    if (spend_per_day !== null && prices['default'] === undefined)
      refuse(['spend_per_day'], 'needs prices.default, or some messages would seem to cost nothing')
    for (const code of Object.keys(spend_per_country ?? {}))
      if (!isCountry(code)) refuse(['spend_per_country', code], noCountry)
      else if (prices[code] === undefined && prices['default'] === undefined)
        refuse(
          ['spend_per_country', code],
          `needs prices.${code} or prices.default, or its messages would seem to cost nothing`,
        )
  })

const page = z.strictObject({
  name,
  description: z.string().trim().default(''),
  time_zone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin'),
  locale: z.enum(locales).default('en'),
  /** In which the page is published as well, each under `/<language>/`. */
  languages: z.array(z.string(), 'must be a list such as [de, fr]').default([]),
  brand: brand.prefault({}),
  support: support.prefault({}),
  privacy_url: webPage,
  terms_url: webPage,
  /** Percent of a month that a component should work. */
  uptime_target: z
    .number('must be a number of percent, such as 99.9')
    .min(50, 'must be 50 to 100 percent')
    .max(100, 'must be 50 to 100 percent')
    .default(99.9),
  sms: sms.prefault({}),
})

const severity = z.strictObject({
  key,
  name,
  impact: z.enum(impacts).exclude(['maintenance']),
  respond_within: minutes.nullable().default(null),
  resolve_within: minutes.nullable().default(null),
  update_every: minutes.nullable().default(null),
})

const group = z.strictObject({ key, name, description: name.nullable().default(null) })

const component = z.strictObject({
  key,
  name,
  group: key.nullable().default(null),
  description: name.nullable().default(null),
  /** Keys of what it needs to work. */
  depends_on: z
    .array(key, 'must be a list of keys')
    .transform((list) => [...new Set(list)])
    .default([]),
})

const template = z
  .strictObject({
    key,
    name,
    title: z.string().trim().max(200).default(''),
    body: z.string().trim().min(1, 'must not be empty').max(20_000),
    status: z.enum(incidentStatuses).nullable().default(null),
  })
  .superRefine((words, context) => {
    try {
      assertTemplate(words)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      for (const { path, message } of error.fields)
        context.addIssue({ code: 'custom', path: [path], message })
    }
  })

const canary = z.string().superRefine((url, context) => {
  for (const { message } of complaintsAbout(questionOf('http', { url }).question))
    context.addIssue({ code: 'custom', message })
})

const MOST_CANARIES = 5

/** What an installation is: its page, what it consists of, and how that is watched. */
export const profileSchema = z
  .strictObject({
    page,
    severities: z.array(severity).min(1, 'must name at least one severity'),
    groups: z.array(group).default([]),
    components: z.array(component).min(1, 'must name at least one component'),
    probes: z.array(probe).default([]),
    /** Words prepared in a calm hour. */
    templates: z.array(template).default([]),
    /** Asked before a silent target is called down: are we alone? Best two or more, of different houses. */
    canaries: z.array(canary).max(MOST_CANARIES, `must be at most ${MOST_CANARIES}`).default([]),
  })
  .superRefine((profile, context) => {
    const refuse = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const { locale, languages } = profile.page
    for (const { index, message } of complaintsAboutLanguages(locale, languages))
      refuse(['page', 'languages', index], message)
    const lists = ['severities', 'groups', 'components', 'probes', 'templates'] as const
    const known = Object.fromEntries(
      lists.map((list) => [list, new Set(profile[list].map(({ key }) => key))]),
    )
    for (const list of lists)
      profile[list].forEach(({ key }, index) => {
        if (profile[list].findIndex((other) => other.key === key) < index)
          refuse([list, index, 'key'], `there is another ${JSON.stringify(key)} before it`)
      })
    const refersTo = (list: string, path: PropertyKey[], key: string | null) => {
      if (key !== null && !known[list]!.has(key))
        refuse(path, `${JSON.stringify(key)} is not one of ${list}`)
    }
    profile.components.forEach(({ group, depends_on }, i) => {
      refersTo('groups', ['components', i, 'group'], group)
      depends_on.forEach((key, j) =>
        refersTo('components', ['components', i, 'depends_on', j], key),
      )
    })
    const circle = circleOf(profile.components)
    if (circle) refuse(circle.path, `must not lead back: ${circle.named}`)
    profile.probes.forEach(({ component, severity, opening_template, closing_template }, i) => {
      refersTo('components', ['probes', i, 'component'], component)
      refersTo('severities', ['probes', i, 'severity'], severity)
      refersTo('templates', ['probes', i, 'opening_template'], opening_template)
      refersTo('templates', ['probes', i, 'closing_template'], closing_template)
    })
  })

/** The first component in a circle, and the way around it. */
function circleOf(components: { key: string; depends_on: string[] }[]) {
  const dependencies = new Map(components.map(({ key, depends_on }) => [key, depends_on]))
  for (const [i, { key }] of components.entries()) {
    const circle = circleThrough(dependencies, key)
    if (circle)
      return { path: ['components', i, 'depends_on'], named: nameCircle(circle, (one) => one) }
  }
  return null
}

export type Profile = z.output<typeof profileSchema>

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
