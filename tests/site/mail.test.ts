import { describe, expect, test } from 'vitest'
import { fillPlaces, places } from '../../api/domain/letter.ts'
import { incident, maintenance, resolved } from './fixtures.ts'
import { letterOf } from './letters.ts'
import { read } from './read.ts'

const mails = [
  ['a new incident', '/mail/incident', letterOf('incident_opened')],
  ['an update', '/mail/incident', letterOf('incident_updated')],
  ['the all-clear', '/mail/incident', letterOf('incident_resolved', resolved)],
  ['a maintenance', '/mail/incident', letterOf('maintenance_scheduled', maintenance)],
  ['a confirmation', '/mail/confirmation', letterOf('confirmation', null)],
  [
    'an address that is subscribed already',
    '/mail/already-subscribed',
    letterOf('already_subscribed', null),
  ],
] as const

describe.each(mails)('the mail about %s', (_, path, letter) => {
  test('is small, loads nothing and runs nothing', async () => {
    const { status, html } = await read(path, {}, { letter })
    expect(status).toBe(200)
    expect(Buffer.byteLength(html)).toBeLessThan(20_000)
    expect(html).not.toMatch(/<(script|img|link|iframe|form|svg)/)
    expect(html).not.toMatch(/@import|url\(/)
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html).toContain('<html lang="en">')
    expect(html).toContain('Tern Parcels')
    expect(html).toContain('mailto:help@tern.example')
  })
})

test.each([
  [
    'a new incident',
    letterOf('incident_opened'),
    [
      'New incident',
      'Card payments fail',
      'Identified',
      'Major',
      '21 Nov 2026, 02:12 CET',
      'Next update by',
      '21 Nov 2026, 03:30 CET',
      'Degraded performance → Partial outage',
      'about a third',
      `href="${incident.url}"`,
      'because you subscribed to updates from Tern Parcels',
    ],
  ],
  [
    'the all-clear',
    letterOf('incident_resolved', resolved),
    [
      'All clear',
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
    'a maintenance',
    letterOf('maintenance_scheduled', maintenance),
    ['Maintenance scheduled', 'Starts', '23 Nov 2026, 02:00 CET', 'View the maintenance'],
  ],
])('the mail about %s tells all of it', async (_, letter, words) => {
  const { html: frozen } = await read('/mail/incident', {}, { letter })
  const html = fillPlaces(frozen, { locale: 'en', time_zone: 'Europe/Berlin' })
  for (const word of words) expect(html).toContain(word)
})

test.each([
  ['a link to confirm', '/mail/confirmation', letterOf('confirmation', null), ['confirm']],
  [
    'a link to choose',
    '/mail/already-subscribed',
    letterOf('already_subscribed', null),
    ['manage'],
  ],
  [
    'links to choose and to unsubscribe',
    '/mail/incident',
    letterOf('incident_opened'),
    ['manage', 'unsubscribe'],
  ],
] as const)('the receiver gets %s, filled in later', async (_, path, letter, names) => {
  const { html } = await read(path, {}, { letter })
  for (const name of names) expect(html).toContain(`href="${places[name]}"`)
  const others = Object.keys(places).filter((name) => !(names as readonly string[]).includes(name))
  for (const name of others) expect(html).not.toContain(places[name as keyof typeof places])
})

test('a confirmation repeats nothing and says that it may be ignored', async () => {
  const { html } = await read(
    '/mail/confirmation',
    {},
    { letter: letterOf('confirmation', incident) },
  )
  expect(html).toContain('ignore this mail')
  expect(html).not.toContain('Card payments fail')
})

test('what operators typed stays text in mails', async () => {
  const body =
    '<script>alert(1)</script>\n\n![p](https://evil.example/p.png)\n\n[x](javascript:alert(1))'
  const updates = [{ ...incident.updates[0]!, body }]
  const { html } = await read(
    '/mail/incident',
    {},
    { letter: letterOf('incident_opened', { ...incident, name: '<b>', updates }) },
  )
  expect(html).not.toMatch(/<script|<img|<b>|javascript:/)
})
