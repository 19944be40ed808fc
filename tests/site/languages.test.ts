import { describe, expect, test } from 'vitest'
import type { Letter } from '../../api/domain/letters/letter.ts'
import { discordOf } from '../../api/domain/letters/letter-discord.ts'
import { slackOf } from '../../api/domain/letters/letter-slack.ts'
import { teamsOf } from '../../api/domain/letters/letter-teams.ts'
import { subjectOf, textOf } from '../../api/domain/letters/letter-text.ts'
import type { FieldError } from '../../api/domain/error.ts'
import { refusal } from '../../api/domain/messages/en/refusal.ts'
import { formatInstant } from '../../api/domain/time.ts'
import { locales, speak, type MessageKey, type Saying } from '../../api/domain/message.ts'
import { channels } from '../../api/domain/words.ts'
import type { Result } from '../../site/result.ts'
import { messagesOf, sentencesOf } from '../support/messages.ts'
import {
  componentPage,
  history,
  home,
  incident,
  maintenance,
  managePage,
  page,
  resolved,
  subscribePage,
} from './fixtures.ts'
import { everyLetter } from './letters.ts'
import { outage, showConsole } from './operator-fixtures.ts'
import { read } from './read.ts'

/** What the API answers for a page in another language, with everything on it that a page can say. */
function answersIn(locale: string) {
  return answersFor({ ...page, locale, channels: [...channels], terms_url: page.privacy_url })
}

function answersFor(own: typeof page) {
  const here = { page: own }
  const { locale } = own
  const description = speak(locale)('overall.partial')
  return {
    home: { ...home, ...here, status: { ...home.status, description } },
    'incidents/incident0001': { ...here, incident: { ...incident, next_update_overdue: true } },
    'incidents/incident0002': { ...here, incident: resolved },
    'incidents/upkeep000001': { ...here, incident: maintenance },
    'history/2026-11': { ...history, ...here },
    'history/2026-10': { ...history, ...here, days: [] },
    [`components/${componentPage.component.id}`]: { ...componentPage, ...here },
    subscribe: { ...subscribePage, ...here },
    manage: {
      ...managePage,
      ...here,
      subscriber: {
        ...managePage.subscriber,
        locale,
        suppressed: { reason: 'bounce', at: '2026-11-20T10:00:00.000Z' },
        signing: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', old_until: null },
      },
    },
  }
}

/** Our words in that language; a post-mortem is what operators wrote, and has headings like ours. */
function letterIn(locale: string, { incident, ...letter }: Letter): Letter {
  const postmortem = incident?.postmortem ? 'A release removed an index.' : null
  return { ...letter, locale, incident: incident && { ...incident, postmortem } }
}

const paths = [
  '/',
  '/incidents/incident0001',
  '/incidents/incident0002',
  '/incidents/upkeep000001',
  '/history/2026-11',
  '/history/2026-10',
  '/components/checkout0001',
  '/subscribe',
  '/subscriptions/manage?token=t',
]

const results: Result[] = [
  { kind: 'check_inbox' },
  { kind: 'check_channel', channel: 'teams' },
  { kind: 'answer_challenge' },
  { kind: 'enter_code', address: '+447700900123', wrong: true },
  { kind: 'confirm', token: 't' },
  { kind: 'confirmed', manage_url: '/m', already: false },
  { kind: 'confirmed', manage_url: '/m', already: true },
  { kind: 'unsubscribe', token: 't' },
  { kind: 'unsubscribed' },
  { kind: 'forget', token: 't' },
  { kind: 'forgotten' },
  { kind: 'link_expired' },
]

const time = '2026-11-22T10:00:00.000Z'

/** Every sentence by which a form is refused, as the API hands it over. */
const refusals = Object.entries(refusal).map(([key, message]) => ({
  path: 'address',
  message: typeof message === 'string' ? message : message.other,
  say: { key: key as MessageKey, values: { time, n: 10, seconds: 6, most: 500 } },
}))

function refusedWith(fields: FieldError[], said: { message: string; say?: Saying }): Result {
  return { kind: 'refused', ...said, fields, values: { channel: 'email', address: 'ada' } }
}

/** What stands between the places of English sentences and is too long to be there by chance. */
const english = sentencesOf(await messagesOf('en')).flatMap(([, sentence]) =>
  sentence.split(/\{\w+\}/).filter((part) => part.trim().length > 12),
)

describe.each(locales.filter((locale) => locale !== 'en'))('in %s', async (locale) => {
  const own = sentencesOf(await messagesOf(locale)).map(([, sentence]) => sentence)
  const foreign = english.filter((part) => !own.some((sentence) => sentence.includes(part)))
  const answers = answersIn(locale)

  function expectNoEnglish(words: string) {
    const text = words.replaceAll('&amp;', '&').replaceAll('&#38;', '&')
    expect(foreign.filter((part) => text.includes(part))).toEqual([])
  }

  test.each(paths)('%s is all in that language', async (path) => {
    const { status, html } = await read(path, answers)
    expect(status).toBe(200)
    expect(html).toContain(`<html lang="${locale}"`)
    expect(html).toContain(speak(locale)('page.skip'))
    expectNoEnglish(html)
  })

  test.each(paths.filter((path) => !path.includes('token')))(
    '%s is all in that language where the page speaks another and is published in this one too',
    async (path) => {
      const own = { ...page, locale: 'en', languages: [locale], channels: [...channels] }
      const { html } = await read(path, answersFor(own), { locale })
      expect(html).toContain(`<html lang="${locale}"`)
      expectNoEnglish(html)
      expect(html).toContain(`href="/${locale}/"`)
    },
  )

  test.each(results.map((result) => [result.kind, result] as const))(
    'the answer %s to a form is all in that language',
    async (_, result) => {
      const { html } = await read('/subscriptions/result', answers, { result })
      expect(html).toContain(`<html lang="${locale}"`)
      expectNoEnglish(html)
    },
  )

  test.each(['/subscriptions/result', '/subscriptions/manage?token=t'])(
    'every refusal on %s is told in that language',
    async (path) => {
      const result = refusedWith(refusals, refusals[0]!)
      const { html } = await read(path, answers, { result })
      expectNoEnglish(html)
      for (const { say } of refusals)
        if (say.key !== 'refusal.rotated_lately')
          expect(html).toContain(speak(locale)(say.key, say.values))
    },
  )

  test('a refusal without fields is told in that language, and its time as there', async () => {
    const say = { key: 'refusal.rotated_lately', values: { time } } as const
    const { html } = await read('/subscriptions/manage?token=t', answers, {
      result: refusedWith([], { message: `it can be changed again from ${time}`, say }),
    })
    expectNoEnglish(html)
    expect(html).toContain(
      speak(locale)(say.key, {
        time: formatInstant(Date.parse(time), locale, managePage.subscriber.time_zone),
      }),
    )
  })

  test('a refusal that nobody translated is told in general', async () => {
    const fields = [{ path: 'time_zone', message: 'Invalid input: expected string' }]
    const result = refusedWith(fields, { message: 'time_zone: Invalid input: expected string' })
    const { html } = await read('/subscriptions/result', answers, { result })
    expect(html).not.toContain('Invalid input')
    expect(html).toContain(speak(locale)('refusal.other'))
  })

  test('the operators’ console is English all the same', async () => {
    const elsewhere = { ...outage, page: { ...outage.page, locale } }
    const html = await showConsole(elsewhere)
    expect(html).toContain('<html lang="en"')
    expect(html).toBe(await showConsole(outage))
  })

  test.each(['saved', 'rotated', 'asked_again'] as const)(
    'the manage page answers %s in that language',
    async (kind) => {
      const path = '/subscriptions/manage?token=t'
      expectNoEnglish((await read(path, answers, { result: { kind } })).html)
    },
  )

  test.each(everyLetter)('the mail of the kind %s is all in that language', async (...found) => {
    const [, template, original] = found
    const letter = letterIn(locale, original)
    const { html } = await read(`/mail/${template}`, {}, { letter })
    expect(html).toContain(`<html lang="${locale}" dir="ltr">`)
    expectNoEnglish(html)
    expectNoEnglish(subjectOf(letter))
    expectNoEnglish(textOf(letter))
  })

  test.each(everyLetter)('chats read of the kind %s in that language', (...found) => {
    const letter = letterIn(locale, found[2])
    for (const build of [slackOf, teamsOf, discordOf]) expectNoEnglish(build(letter))
  })
})

test('a subscriber reads the manage page in their own language, not the page’s', async () => {
  const { subscriber } = managePage
  const view = { ...managePage, subscriber: { ...subscriber, locale: 'fr' } }
  const { html } = await read('/subscriptions/manage?token=t', { manage: view })
  expect(html).toContain('<html lang="fr"')
  expect(html).toContain('Votre abonnement')
})

test('what a form chose is answered in its language, whatever the page speaks', async () => {
  const result = { kind: 'check_inbox', locale: 'ja' }
  const { html } = await read('/subscriptions/result', answersIn('de'), { result })
  expect(html).toContain('<html lang="ja"')
  expect(html).toContain(speak('ja')('result.check_inbox'))
})

test('a code is entered in the language in which it was asked for', async () => {
  const result = { kind: 'enter_code', address: '+447700900123', wrong: false, locale: 'fr' }
  const { html } = await read('/subscriptions/result', answersIn('de'), { result })
  expect(html).toMatch(/<input type="hidden" name="locale" value="fr"/)
})

test('a page in a language that we do not write is English, and says so', async () => {
  const answers = { home: { ...home, page: { ...page, locale: 'pt-BR' } } }
  const { html } = await read('/', answers)
  expect(html).toContain('<html lang="en"')
  expect(html).not.toMatch(/ de nov\./)
})

test('whoever subscribes is offered every language by its own name', async () => {
  const { html } = await read('/subscribe', answersIn('de'))
  for (const name of ['English', 'Deutsch', 'Français', 'Español'])
    expect(html).toMatch(new RegExp(`<option value="\\w+" lang="\\w+"[^>]*> *${name}`))
  expect(html).toMatch(/<option value="de" lang="de" selected[^>]*>/)
})
