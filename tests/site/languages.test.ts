import { describe, expect, test } from 'vitest'
import type { Letter } from '../../api/domain/letter.ts'
import { discordOf } from '../../api/domain/letter-discord.ts'
import { slackOf } from '../../api/domain/letter-slack.ts'
import { teamsOf } from '../../api/domain/letter-teams.ts'
import { subjectOf, textOf } from '../../api/domain/letter-text.ts'
import { locales, speak } from '../../api/domain/message.ts'
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
import { read } from './read.ts'

/** What the API answers for a page in another language, with everything on it that a page can say. */
function answersIn(locale: string) {
  const here = { page: { ...page, locale, channels: [...channels], terms_url: page.privacy_url } }
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

  test.each(results.map((result) => [result.kind, result] as const))(
    'the answer %s to a form is all in that language',
    async (_, result) => {
      const { html } = await read('/subscriptions/result', answers, { result })
      expect(html).toContain(`<html lang="${locale}"`)
      expectNoEnglish(html)
    },
  )

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

test('whoever subscribes is offered every language by its own name', async () => {
  const { html } = await read('/subscribe', answersIn('de'))
  for (const name of ['English', 'Deutsch', 'Français', 'Español'])
    expect(html).toMatch(new RegExp(`<option value="\\w+" lang="\\w+"[^>]*> *${name}`))
  expect(html).toMatch(/<option value="de" lang="de" selected[^>]*>/)
})
