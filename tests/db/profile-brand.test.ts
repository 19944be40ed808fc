import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadProfile } from '../../api/node/profile.ts'
import { noBrand } from '../../api/domain/brand.ts'
import { readProfile } from '../../db/profile.ts'
import { bird, dot, uri } from '../support/logos.ts'

let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allclear-profile-'))
  await writeFile(join(dir, 'bird.svg'), bird)
  await writeFile(join(dir, 'dot.png'), Buffer.from(dot.split(',')[1]!, 'base64'))
  await writeFile(join(dir, 'words.txt'), 'Corner Shop')
})
afterAll(() => rm(dir, { recursive: true }))

const profile = (brand: string) => `page:
  name: Corner Shop
  time_zone: Europe/Lisbon
${brand}
severities: [{ key: p0, name: P0, impact: critical }]
components: [{ key: search, name: Search }]
`

test('a brand is read with the size of its logo', () => {
  const text = profile(`  brand:
    logo: ${uri(bird)}
    accent: '#0f5f6b'
    accent_dark: '#7fd3df'
    links: [{ label: Shop, url: 'https://shop.example/' }]
    css: 'h1 { letter-spacing: 0 }'`)
  expect(readProfile('shop.yaml', text).page.brand).toEqual({
    logo: { type: 'image/svg+xml', base64: btoa(bird), width: 120, height: 32 },
    accent: '#0f5f6b',
    accent_dark: '#7fd3df',
    links: [{ label: 'Shop', url: 'https://shop.example/' }],
    css: 'h1 { letter-spacing: 0 }',
  })
})

test('without a word on it the page looks like ours', () => {
  expect(readProfile('shop.yaml', profile('')).page.brand).toEqual(noBrand)
})

test.each([
  ['an SVG', 'bird.svg', { type: 'image/svg+xml', width: 120, height: 32 }],
  ['a PNG', './dot.png', { type: 'image/png', width: 1, height: 1 }],
])('%s beside the profile is its logo', async (_, file, logo) => {
  const path = join(dir, 'shop.yaml')
  await writeFile(path, profile(`  brand: { logo: ${file} }`))
  expect((await loadProfile(path)).profile.page.brand.logo).toMatchObject(logo)
})

test.each([
  ['a logo that is not there', '{ logo: none.svg }', 'logo', 'none.svg cannot be read (ENOENT)'],
  ['a logo that is text', '{ logo: words.txt }', 'logo', 'must be an SVG'],
  [
    'a logo that is a number',
    '{ logo: 7 }',
    'logo',
    'must be a data: URI of an SVG or PNG, or the path',
  ],
  ['a colour by name', '{ accent: teal }', 'accent', 'must be a colour such as #14598c'],
  [
    'a colour taken for a comment',
    '{ accent: 14598 }',
    'accent',
    "must be a colour in quotes, such as '#14598c'",
  ],
  ['a colour that cannot be read', "{ accent: '#f2c200' }", 'accent', 'it must be at least 4.5:1'],
  [
    'a colour that vanishes at night',
    "{ accent_dark: '#10243f' }",
    'accent_dark',
    'to the dark background',
  ],
  [
    'a link that is no address',
    '{ links: [{ label: Shop, url: shop }] }',
    'links.0.url',
    'must be an http(s) or mailto URL',
  ],
  ['a list that is none', '{ links: Shop }', 'links', 'must be a list of { label, url }'],
  ['CSS from elsewhere', "{ css: '@import url(x.css)' }", 'css', 'must not hold @import'],
  ['a field of its own', '{ font: Arial }', 'font', 'is not known here'],
])('%s fails at start with its line and field', async (_, brand, field, sentence) => {
  const path = join(dir, 'wrong.yaml')
  await writeFile(path, profile(`  brand: ${brand}`))
  await expect(loadProfile(path)).rejects.toThrow(`wrong.yaml:4 page.brand.${field}: `)
  await expect(loadProfile(path)).rejects.toThrow(sentence)
})

test('what supports says is kept, and what it must not be is refused', () => {
  const good = "  support: { response: within a day, include: ['Your name', 'What you did'] }"
  expect(readProfile('shop.yaml', profile(good)).page.support).toEqual({
    email: null,
    url: null,
    hours: null,
    response: 'within a day',
    include: ['Your name', 'What you did'],
  })
  const wrong = "  support: { include: 'Your name' }"
  expect(() => readProfile('shop.yaml', profile(wrong))).toThrow(
    'page.support.include: must be a list of words',
  )
})
