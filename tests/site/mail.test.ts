import { describe, expect, test } from 'vitest'
import { fillPlaces, places, type Letter } from '../../api/domain/letters/letter.ts'
import { subjectOf, textOf } from '../../api/domain/letters/letter-text.ts'
import { directionOf } from '../../api/domain/languages.ts'
import { incident, maintenance, resolved } from './fixtures.ts'
import { digestLetter, everyLetter, letterOf } from './letters.ts'
import { read } from './read.ts'

const receiver = { locale: 'en', time_zone: 'Europe/Berlin' }

async function mail(template: string, letter: Letter): Promise<string> {
  const { status, html } = await read(`/mail/${template}`, {}, { letter })
  expect(status).toBe(200)
  return html
}

function letterWith(kind: Letter['kind']): [string, Letter] {
  const [, template, letter] = everyLetter.find(([known]) => known === kind)!
  return [template, letter]
}

describe.each(everyLetter)('the mail of the kind %s', (kind, template, letter) => {
  test('is small, loads nothing and runs nothing', async () => {
    const html = await mail(template, letter)
    expect(Buffer.byteLength(html)).toBeLessThan(20_000)
    expect(html).not.toMatch(/<(script|img|link|iframe|form|svg)/)
    expect(html).not.toMatch(/@import|url\(/)
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html).toContain('<html lang="en" dir="ltr">')
    expect(html).toContain('Tern Parcels')
    expect(html).toContain('mailto:help@tern.example')
    expect(html).toContain('href="https://tern.example/privacy"')
  })

  test('has a text twin that says what it says', async () => {
    const html = fillPlaces(await mail(template, letter), receiver)
    const text = fillPlaces(textOf(letter), receiver)
    if (letter.incident) {
      const { name, update, components } = letter.incident
      for (const component of components)
        expect(text.includes(component.name)).toBe(html.includes(component.name))
      const [firstWords] = update.body.split('**')
      expect(text).toContain(name)
      if (kind !== 'incident_resolved' && kind !== 'postmortem_published')
        for (const words of [text, html]) expect(words).toContain(firstWords)
    }
    for (const time of html.match(/\d+ Nov 2026, [\d:]+ CET/g) ?? []) expect(text).toContain(time)
  })
})

test.each([
  [
    'incident_updated',
    [
      'Identified',
      'Incident update',
      'Card payments fail',
      'Major',
      '21 Nov 2026, 02:12 CET',
      'Next update by 21 Nov 2026, 03:30 CET.',
      'Degraded performance → Partial outage',
      'about a third',
      `href="${incident.url}"`,
      'because you subscribed to updates from Tern Parcels',
    ],
  ],
  [
    'incident_resolved',
    [
      'Resolved',
      'All clear',
      'It is over. It lasted 1 hour, 5 minutes.',
      'What happened',
      'up to 20 seconds',
      'Root cause',
      'A missing index',
      'We added the index.',
      'about 1,200 customers',
      'https://tern.example/postmortems/tracking',
      'Degraded performance → Operational',
    ],
  ],
  [
    'maintenance_scheduled',
    [
      'Maintenance scheduled',
      'Starts',
      '23 Nov 2026, 02:00 CET',
      'Ends',
      '23 Nov 2026, 04:00 CET',
      '2 hours',
      'View the maintenance',
    ],
  ],
  ['maintenance_reminder', ['Maintenance starts soon', '23 Nov 2026, 02:00 CET', '2 hours']],
  ['maintenance_started', ['Maintenance has started', 'Operational → Under maintenance']],
  ['maintenance_updated', ['Verifying', 'Maintenance update']],
  ['maintenance_moved', ['Maintenance has been moved', '24 Nov 2026, 02:00 CET', '2 hours']],
  ['maintenance_extended', ['now expected to end at 23 Nov 2026, 05:00 CET', '23 Nov 2026, 02:0']],
  ['maintenance_completed', ['It took 1 hour, 40 minutes.', 'Under maintenance → Operational']],
  ['maintenance_cancelled', ['planned for 23 Nov 2026, 02:00 CET will not take place']],
  [
    'postmortem_published',
    ['What happened</h4>', '<blockquote>', 'a week before they are removed'],
  ],
  [
    'digest',
    [
      '3 incidents and maintenances',
      'Card payments fail',
      'Some card payments fail. We are looking into it.',
      'about a third',
      'Tracking pages were slow',
      'Database upgrade',
      '19 Nov 2026, 10:05 CET',
    ],
  ],
] as const)('the mail of the kind %s tells all of it', async (kind, words) => {
  const html = fillPlaces(await mail(...letterWith(kind)), receiver)
  for (const word of words) expect(html).toContain(word)
})

test('the state is the first thing in the mail and behind its subject', async () => {
  const html = await mail('incident', letterOf('incident_updated'))
  const words = html.slice(html.indexOf('<body')).replaceAll(/<[^>]+>/g, '\n')
  expect(words.split(/\n+/).filter((line) => line.trim())).toEqual(
    expect.arrayContaining(['Tern Parcels', 'Identified']),
  )
  expect(words.trim()).toMatch(/^Identified: Our card processor rejects/)
  expect(html.indexOf('<strong>Identified')).toBeLessThan(html.indexOf('<h1'))
})

test('all mails of one incident have one subject', () => {
  const subjects = ['incident_opened', 'incident_updated', 'incident_resolved'] as const
  expect(new Set(subjects.map((kind) => subjectOf(letterOf(kind)))).size).toBe(1)
})

test.each([
  ['a link to confirm', 'confirmation', ['confirm']],
  ['links to choose and to unsubscribe', 'already_subscribed', ['manage', 'unsubscribe']],
  ['links to choose and to unsubscribe', 'incident_opened', ['manage', 'unsubscribe']],
  ['links to choose and to unsubscribe', 'digest', ['manage', 'unsubscribe']],
] as const)('the receiver gets %s, filled in later', async (_, kind, names) => {
  const [template, letter] = letterWith(kind)
  const html = await mail(template, letter)
  const text = textOf(letter)
  for (const name of names) {
    expect(html).toContain(`href="${places[name]}"`)
    expect(text).toContain(places[name])
  }
  const others = Object.keys(places).filter((name) => !(names as readonly string[]).includes(name))
  for (const name of others) expect(html + text).not.toContain(places[name as keyof typeof places])
})

test('a confirmation repeats nothing and says that it may be ignored', async () => {
  const html = await mail('confirmation', letterOf('confirmation', incident))
  expect(html).toContain('ignore this mail')
  expect(html).not.toContain('Card payments fail')
})

test('what operators typed stays text in mails', async () => {
  const body =
    '<script>alert(1)</script>\n\n![p](https://evil.example/p.png)\n\n[x](javascript:alert(1))'
  const updates = [{ ...incident.updates[0]!, body }]
  const letter = letterOf('incident_opened', { ...incident, name: '<b>', updates })
  expect(await mail('incident', letter)).not.toMatch(/<script|<img|<b>|javascript:/)
})

test('a long text ends at a word, and its rest is a link away', async () => {
  const body = 'We are looking into it. '.repeat(2500)
  const letter = letterOf('incident_opened', {
    ...incident,
    updates: [{ ...incident.updates[0]!, body }],
  })
  expect(await mail('incident', letter)).toMatch(
    /(We|are|looking|into|it)…<\/p><\/div>.*whole text/,
  )
  expect(textOf(letter)).toContain(`The whole text: ${incident.url}`)
  expect(textOf(letter).length).toBeLessThan(20_000)
})

test('a digest of a bad day stays small, and says how much it leaves out', async () => {
  const letter = digestLetter()
  const [story] = letter.digest!.stories
  const body = '**Everything** is "broken". '.repeat(1000)
  const said = Array.from({ length: 9 }, () => ({ ...story!.update, body }))
  const components = Array.from({ length: 200 }, () => story!.components[0]!)
  const stories = Array.from({ length: 40 }, () => ({ ...story!, said, components }))
  const busy = { ...letter, digest: { ...letter.digest!, stories } }
  const html = await mail('digest', busy)
  expect(Buffer.byteLength(html)).toBeLessThan(100_000)
  expect(html).toContain('30 more incidents and maintenances had news')
  expect(Buffer.byteLength(textOf(busy))).toBeLessThan(100_000)
})

test('a language that is read from the right is set so', async () => {
  expect(['ar', 'he', 'ur', 'en'].map(directionOf)).toEqual(['rtl', 'rtl', 'rtl', 'ltr'])
  const html = await mail('incident', { ...letterOf('incident_opened'), locale: 'ar' })
  // As long as we do not write it.
  expect(html).toContain('<html lang="en" dir="ltr">')
  expect(html).toContain('<h1 dir="auto"')
})

test('a mail is written without images, so that none is missed', async () => {
  const letter = letterOf('maintenance_started', maintenance)
  expect(await mail('incident', letter)).not.toMatch(/<img|background-image/)
  expect(await mail('incident', letterOf('incident_resolved', resolved))).not.toContain('<img')
})
