import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { smsOf } from '../../../../api/domain/letters/letter-sms.ts'
import { fillPlaces, withoutPlaces, type Letter } from '../../../../api/domain/letters/letter.ts'
import { countSegments } from '../../../../api/domain/segments.ts'
import { incident } from '../../../site/fixtures.ts'
import { everyLetter, letterOf } from '../../../site/letters.ts'
import { anyLetter } from './any-letter.ts'

const locales = ['en', 'de', 'fr', 'es', 'hi', 'ja', 'ar']
const zones = ['Etc/UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Chatham']

function read(letter: Letter, locale = 'en', time_zone = 'Europe/Berlin'): string {
  return fillPlaces(smsOf({ ...letter, locale }), { locale, time_zone, code: '493817' })
}

test.each([
  ['incident_opened', 'Investigating: Card payments fail (Tern Parcels, 02:15 CET).'],
  ['incident_updated', 'Identified: Card payments fail (Tern Parcels, 02:40 CET).'],
  ['incident_updated', 'Next update by 03:30 CET.'],
  ['incident_resolved', 'Resolved: Tracking pages were slow (Tern Parcels, 10:05 CET).'],
  ['maintenance_scheduled', 'Database upgrade (Tern Parcels), 23 Nov 2026, 02:00 CET, 2 hours.'],
  ['maintenance_reminder', 'Maintenance soon: Database upgrade'],
  ['maintenance_started', 'until 23 Nov 2026, 04:00 CET.'],
  ['maintenance_updated', 'Maintenance update: Database upgrade'],
  [
    'maintenance_moved',
    'Maintenance moved: Database upgrade (Tern Parcels), now 24 Nov 2026, 02:00 CET, 2 hours.',
  ],
  [
    'maintenance_extended',
    'takes longer: Database upgrade (Tern Parcels), until 23 Nov 2026, 05:00',
  ],
  ['maintenance_completed', 'Maintenance completed: Database upgrade (Tern Parcels, 03:40 CET).'],
  ['maintenance_cancelled', 'cancelled: Database upgrade (Tern Parcels), planned for 23 Nov 2026'],
  ['postmortem_published', 'Post-mortem published: Tracking pages were slow'],
  ['digest', 'Tern Parcels: 3 incidents and maintenances had news. Card payments fail'],
] as const)('an SMS of the kind %s says: %s', (kind, words) => {
  const [, , letter] = everyLetter.find(([known]) => known === kind)!
  const text = read(letter)
  expect(text).toContain(words)
  expect(text).toMatch(/ https:\/\/status\.tern\.example\/(incidents\/\w+)?$/)
})

test('whatever anybody wrote, an SMS is whole characters in two segments and keeps its link', () => {
  fc.assert(
    fc.property(
      anyLetter,
      fc.constantFrom(...locales),
      fc.constantFrom(...zones),
      (letter, locale, zone) => {
        const clean = JSON.parse(withoutPlaces(JSON.stringify(letter))) as Letter
        const text = read(clean, locale, zone)
        expect(countSegments(text).segments).toBeLessThanOrEqual(2)
        expect(text.isWellFormed()).toBe(true)
        expect(text).not.toMatch(/[\uE000\uE001]/)
        if (clean.kind === 'confirmation') expect(text).toMatch(/^493817: .*HELP.*STOP/)
        else expect(text).toContain(clean.incident?.url ?? clean.page.url)
      },
    ),
  )
})

const spoken = ['en', 'de', 'fr', 'es', 'hi', 'ja']
const longNames: [string, string][] = [
  ['Japanese', '決済と配送の追跡に関する大規模な障害が発生しています'.repeat(8)],
  ['Hindi', 'भुगतान और वितरण की निगरानी में बड़ी रुकावट '.repeat(5)],
  ['German', 'Zahlungen über „Größe“ – und die Sendungsverfolgung – gestört '.repeat(4)],
  ['emoji', '🔥💳'.repeat(50)],
]

describe.each(spoken)('in the language %s', (locale) => {
  test.each(longNames)('no SMS with a long name in %s has more than two segments', (_, long) => {
    for (const [kind, , letter] of everyLetter) {
      const name = long.slice(0, 200)
      const rename = <T extends { name: string }>(one: T): T => ({ ...one, name })
      const renamed: Letter = {
        ...letter,
        page: rename(letter.page),
        incident: letter.incident && rename(letter.incident),
        digest: letter.digest && {
          ...letter.digest,
          stories: letter.digest.stories.map(rename),
        },
      }
      for (const zone of zones) {
        const text = read(renamed, locale, zone)
        const { encoding, units, segments } = countSegments(text)
        expect(segments, text).toBeLessThanOrEqual(2)
        expect(units, `${kind}: ${text}`).toBeLessThanOrEqual(encoding === 'UCS-2' ? 134 : 306)
        // A typographic mark must not be what makes it dear.
        expect(text).not.toMatch(/[‘’“”„–—…]/)
      }
    }
  })
})

describe('a code by SMS', () => {
  test.each([
    ['Latin', 'Corner Shop and Bakery of Berlin-Kreuzberg'.slice(0, 40)],
    ['accented', 'Épicerie fine et café de la rue d’Amiens'],
    ['Devanagari', 'कोने की दुकान और बेकरी '.repeat(2).slice(0, 40)],
    ['Japanese', '角の店とパン屋'.repeat(6).slice(0, 40)],
  ])('fits two segments with a %s name of 40 characters, whole', (_, name) => {
    const letter = letterOf('confirmation', null)
    const text = read({ ...letter, page: { ...letter.page, name } })
    expect(name).toHaveLength(40)
    expect(countSegments(text).segments).toBeLessThanOrEqual(2)
    expect(text).toMatch(/^493817: your code for .* \(10 min\)\. .*rates may apply.*HELP.*STOP/)
  })

  test('gives up a part of a name of forty emoji', () => {
    const letter = letterOf('confirmation', null)
    const text = read({ ...letter, page: { ...letter.page, name: '🍞'.repeat(40) } })
    expect(countSegments(text).segments).toBe(2)
    expect(text).toMatch(/🍞 \(10 min\).*STOP to end\.$/u)
  })
})

test('the time of the next update goes before the state does', () => {
  const updates = [{ ...incident.updates[0]!, body: '' }]
  const letter = letterOf('incident_updated', { ...incident, name: '点検'.repeat(20), updates })
  const text = read(letter)
  expect(text).toMatch(/^Identified: 点検/)
  expect(text).not.toContain('Next update')
})

test('no time in any zone and season is wider than what was reckoned with', () => {
  for (const at of [Date.UTC(2026, 1, 28, 22, 45), Date.UTC(2026, 8, 28, 22, 45)])
    for (const locale of locales)
      for (const zone of zonesWithOwnNames(at))
        for (const kind of ['sms_time', 'sms_instant']) {
          const place = `\uE000${kind}:${at}\uE001`
          const widest = fillPlaces(place, { locale, time_zone: 'Pacific/Chatham' })
          const here = fillPlaces(place, { locale, time_zone: zone })
          expect(here.length, here).toBeLessThanOrEqual(widest.length + 2)
          if (countSegments(widest).encoding === 'GSM-7')
            expect(countSegments(here).encoding, here).toBe('GSM-7')
        }
}, 60_000)

/** One zone for each name that zones have at a moment: making formats is slow. */
function zonesWithOwnNames(at: number): string[] {
  const byName = new Map<string, string>()
  for (const timeZone of Intl.supportedValuesOf('timeZone')) {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' })
    byName.set(format.format(at).split(', ')[1]!, timeZone)
  }
  return [...byName.values()]
}
