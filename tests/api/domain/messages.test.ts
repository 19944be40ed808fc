import { describe, expect, test } from 'vitest'
import { smsOf } from '../../../api/domain/letters/letter-sms.ts'
import { fillPlaces, type Letter } from '../../../api/domain/letters/letter.ts'
import { locales } from '../../../api/domain/message.ts'
import { countSegments } from '../../../api/domain/segments.ts'
import { everyLetter } from '../../site/letters.ts'
import { formsOf, joinedMessagesOf, messagesOf, sentencesOf } from '../../support/messages.ts'

const english = await messagesOf('en')

/** The count may be spelled out where there is but one. */
function placesIn(sentence: string, category: string): string[] {
  const places = [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
  return places.filter((name) => category !== 'one' || name !== 'n').toSorted()
}

/** What is called the same in that language. */
const loanWords: Record<string, string[]> = {
  de: ['Feeds'],
  fr: ['Confirmation', 'Impact', 'Incidents', 'Maintenance'],
}
const names = ['Atom', 'Discord', 'JSON Feed', 'Microsoft Teams', 'RSS', 'Slack', 'Webhook']

test('the public is spoken to in these languages', () => {
  expect(locales).toEqual(expect.arrayContaining(['en', 'de', 'fr', 'es']))
})

describe.each(locales.filter((locale) => locale !== 'en'))('in %s', async (locale) => {
  const messages = await messagesOf(locale)

  test('everything that the public reads is said, and nothing else', async () => {
    expect(Object.keys(messages).toSorted()).toEqual(Object.keys(english).toSorted())
    expect(await joinedMessagesOf(locale)).toEqual(messages)
  })

  test('every sentence has the same places, and every count its plurals', () => {
    for (const [key, theirs] of Object.entries(english)) {
      const ours = messages[key]!
      expect(typeof ours, key).toBe(typeof theirs)
      if (typeof ours !== 'string')
        expect(Object.keys(ours).toSorted(), key).toEqual(pluralCategories(locale))
      for (const [category, sentence] of formsOf(ours)) {
        const [, like] = formsOf(theirs).find(([known]) => known === category)!
        expect(placesIn(sentence, category), key).toEqual(placesIn(like, category))
      }
    }
  })

  test('nothing was left in English', () => {
    const sentences = new Map(sentencesOf(messages))
    const same = sentencesOf(english).filter(
      ([key, sentence]) =>
        sentences.get(key) === sentence && /\p{L}/u.test(sentence.replace(/\{\w+\}/g, '')),
    )
    const allowed = new Set([...names, ...(loanWords[locale] ?? [])])
    expect(same.filter(([, sentence]) => !allowed.has(sentence))).toEqual([])
  })

  test('sentences are whole and tidy', () => {
    for (const [key, sentence] of sentencesOf(messages)) {
      expect(sentence, key).toBe(sentence.trim())
      expect(sentence, key).not.toMatch(/ {2}|[\u200b\u2060\ufeff]|\bTODO\b/)
      if (!key.startsWith('sms.')) expect(sentence, key).not.toMatch(/['"]/)
    }
  })
})

test('French sets its punctuation apart without breaking the line', async () => {
  for (const [key, sentence] of sentencesOf(await messagesOf('fr')))
    if (!key.startsWith('sms.'))
      expect(sentence, key).not.toMatch(/(?<!\u00a0)[:;?!»](?= |$)|«(?!\u00a0)/)
})

/** The categories of all counts that we tell of. */
function pluralCategories(locale: string): string[] {
  const rules = new Intl.PluralRules(locale)
  const found = new Set<string>()
  for (let n = 0; n < 1_000_000; n += n < 1000 ? 1 : 997) found.add(rules.select(n))
  return [...found].toSorted()
}

/** Languages whose letters GSM-7 holds: one other letter more than doubles the price of an SMS. */
const latin = locales.filter((locale) => !['hi', 'ja'].includes(locale))

test.each(latin)('our words in SMS are written in GSM-7 in %s', async (locale) => {
  const sentences = sentencesOf(await messagesOf(locale)).filter(([key]) => key.startsWith('sms.'))
  expect(sentences.length).toBeGreaterThan(10)
  for (const [key, sentence] of sentences)
    expect(countSegments(sentence.replace(/\{\w+\}/g, '')).encoding, key).toBe('GSM-7')
})

const pageName = 'Tern Parcels Europe and Africa'
const link = 'https://status.tern.example/incidents/3f9a2c1b'

/** A letter with a long page name and a long link, and nothing else that would have to give way. */
function sparse(letter: Letter): Letter {
  const brief = <T extends NonNullable<Letter['incident']>>(incident: T): T => ({
    ...incident,
    name: 'API',
    url: link,
    next_update_at: null,
    all_clear: null,
    update: { ...incident.update, body: '' },
  })
  return {
    ...letter,
    page: { ...letter.page, name: pageName, url: link },
    incident: letter.incident && brief(letter.incident),
    digest: letter.digest && {
      ...letter.digest,
      stories: letter.digest.stories.slice(0, 1).map(brief),
    },
  }
}

describe.each(locales)('an SMS in %s', (locale) => {
  test.each(everyLetter.map(([kind, , letter]) => [kind, letter] as const))(
    'of the kind %s fits two segments with what it has to say',
    (_, letter) => {
      const values = { locale, time_zone: 'Asia/Kathmandu', code: '493817' }
      const text = fillPlaces(smsOf({ ...sparse(letter), locale }), values)
      const { encoding, segments } = countSegments(text)
      expect(segments).toBeLessThanOrEqual(2)
      if (latin.includes(locale)) {
        expect(encoding).toBe('GSM-7')
        expect(text).toContain(pageName)
        expect(text).not.toContain('...')
      }
      // Where letters are wide, the end of a long name gives way.
      expect(text).toContain('Tern Parcels')
      expect(text).toMatch(letter.kind === 'confirmation' ? /^493817.*HELP.*STOP/ : /3f9a2c1b$/)
    },
  )
})
