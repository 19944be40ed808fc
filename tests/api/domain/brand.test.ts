import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { complaintAboutAccent, contrastOf, grounds } from '../../../api/domain/brand-colour.ts'
import { complaintAboutCss } from '../../../api/domain/brand-css.ts'
import { readLogo, uriOf } from '../../../api/domain/brand-logo.ts'
import { changedBrand, noBrand, type BrandWish } from '../../../api/domain/brand.ts'
import { bird, dot, svg, uri } from '../../support/logos.ts'

test.each([
  ['black on white', '#000000', '#ffffff', 21],
  ['white on black', '#ffffff', '#000000', 21],
  ['the grey that just passes on white', '#767676', '#ffffff', 4.54],
  ['pure red on white', '#ff0000', '#ffffff', 4],
  ['a colour on itself', '#3a72d4', '#3a72d4', 1],
])('the contrast of %s is known', (_, one, other, contrast) => {
  expect(contrastOf(one, other)).toBeCloseTo(contrast, 2)
})

test('the backgrounds that accents are held against are those of the style', async () => {
  const css = await readFile(new URL('../../../site/styles/tokens.css', import.meta.url), 'utf8')
  const [light, dark] = ['paper', 'card'].map((name) =>
    [...css.matchAll(new RegExp(`--${name}: (#[0-9a-f]+)`, 'g'))].map(([, colour]) =>
      colour!.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3'),
    ),
  )
  const ofScheme = (index: number) => [light![index], dark![index]]
  expect(ofScheme(0)).toEqual(grounds.light)
  expect(ofScheme(1)).toEqual(grounds.dark)
})

test.each<[string, string, 'light' | 'dark', RegExp | null]>([
  ['a deep blue on paper', '#14598c', 'light', null],
  ['the same blue at night', '#14598c', 'dark', /contrast of 2\.\d:1 to the dark background/],
  ['a pale blue at night', '#86bdf0', 'dark', null],
  ['the same pale blue on paper', '#86bdf0', 'light', /at least 4\.5:1/],
  ['a grey that passes on white but not on paper', '#767676', 'light', /4\.3:1.*#fbfbf9/],
  ['a name', 'navy', 'light', /must be a colour such as #14598c/],
  ['three digits', '#00f', 'light', /must be a colour such as/],
  ['a colour that is more', '#14598c;}', 'light', /must be a colour such as/],
])('as an accent, %s is judged', (_, colour, scheme, complaint) => {
  const said = complaintAboutAccent(colour, scheme)
  if (complaint) expect(said).toMatch(complaint)
  else expect(said).toBeNull()
})

test.each([
  ['of an SVG with width and height', uri(bird), 120, 32],
  ['of an SVG in pixels', uri(svg('width="64px" height="16px"')), 64, 16],
  ['of an SVG with a box alone', uri(svg('viewBox="0 0 48 24"')), 48, 24],
  ['of an SVG in relative units, by its box', uri(svg('width="100%" viewBox="0 0 48 24"')), 48, 24],
  ['of an SVG that is percent-encoded', `data:image/svg+xml,${encodeURIComponent(bird)}`, 120, 32],
  [
    'of an SVG after a declaration',
    uri(`<?xml version="1.0"?>\n<!-- by hand -->\n${bird}`),
    120,
    32,
  ],
  ['of a PNG', dot, 1, 1],
])('the size %s is read', (_, given, width, height) => {
  expect(readLogo(given)).toMatchObject({ width, height })
})

test.each([
  ['a path', 'logo.svg', /data: URI/],
  ['a GIF', 'data:image/gif;base64,R0lGODdh', /SVG or PNG/],
  ['base64 that is none', 'data:image/png;base64,%%%', /must be base64/],
  ['percent signs that encode nothing', 'data:image/svg+xml,%E0%A4%A', /percent-encoded/],
  ['text that calls itself a PNG', `data:image/png;base64,${btoa(bird)}`, /must be a PNG/],
  [
    'a PNG that ends at once',
    `data:image/png;base64,${btoa('\x89PNG\r\n\x1a\n')}`,
    /must be a PNG/,
  ],
  ['a PNG that calls itself an SVG', dot.replace('png', 'svg+xml'), /must be an SVG/],
  ['HTML', uri('<html><svg width="1" height="1"></svg></html>'), /must be an SVG/],
  ['half an SVG', uri(bird.slice(0, -9)), /must be an SVG/],
  ['an SVG without a size', uri(svg('')), /must say its size/],
  ['an SVG without any extent', uri(svg('width="0" height="20"')), /must say its size/],
  ['a huge one', uri(svg('width="90000" height="20"')), /4096 pixels/],
  ['one of too many bytes', uri(svg(bird.repeat(200))), /at most 32768/],
  ['a script', uri(svg('width="9" height="9"', '<script>alert(1)</script>')), /scripts/],
  ['a script with a prefix', uri(svg('width="9" height="9"', '<s:script/>')), /scripts/],
  ['an attribute that runs', uri(svg('width="9" height="9" onload="x()"')), /scripts/],
  [
    'an attribute that runs, after a slash',
    uri(svg('viewBox="0 0 9 9"', '<g/onclick=x()>')),
    /scripts/,
  ],
  ['a link that runs', uri(svg('viewBox="0 0 9 9"', '<a href="javascript:x()"/>')), /scripts/],
  ['a page inside', uri(svg('viewBox="0 0 9 9"', '<foreignObject/>')), /foreign/],
  ['an entity', uri(`<!DOCTYPE svg [<!ENTITY x "y">]>${bird}`), /SVG|document type/],
  [
    'an image elsewhere',
    uri(svg('viewBox="0 0 9 9"', '<image href="https://e.example/x"/>')),
    /other files/,
  ],
  [
    'a use elsewhere',
    uri(svg('viewBox="0 0 9 9"', '<use xlink:href="//e.example/#x"/>')),
    /other files/,
  ],
  [
    'a fill elsewhere',
    uri(svg('viewBox="0 0 9 9"', '<g fill="url(https://e.example/#x)"/>')),
    /other files/,
  ],
  ['a style elsewhere', uri(svg('viewBox="0 0 9 9"', "<style>@import 'x'</style>")), /other files/],
])('as a logo, %s is refused', (_, given, complaint) => {
  expect(() => readLogo(given)).toThrow(complaint)
})

test('an SVG may refer to itself', () => {
  const own = svg('viewBox="0 0 9 9"', '<g fill="url(#a)"><use xlink:href="#b"/></g>')
  expect(readLogo(uri(own))).toMatchObject({ type: 'image/svg+xml', width: 9 })
})

test('a file is what its first bytes say', () => {
  expect(readLogo(uriOf(new TextEncoder().encode(bird)))).toMatchObject({ type: 'image/svg+xml' })
  const png = Uint8Array.from(atob(dot.split(',')[1]!), (letter) => letter.charCodeAt(0))
  expect(uriOf(png)).toBe(dot)
})

test.each([
  ['rules', 'h1 { color: red } .a::before { content: "\\201C" }', null],
  ['an image in it', 'a { background: url(data:image/png;base64,AA) }', null],
  ['an image in it, quoted', "a { background: url( 'data:image/png;base64,AA' ) }", null],
  ['a filter of this page', 'a { filter: url(#soft) }', null],
  ['an import', '@import "x.css";', /@import/],
  ['an import in disguise', '@\\69mport "x.css";', /@import/],
  ['a font elsewhere', '@font-face { src: url(https://e.example/f) }', /url/],
  ['an image of this site', 'a { background: URL( "/x.png" ) }', /url/],
  ['a url in disguise', 'a { background: \\75rl(//e.example/x) }', /url/],
  ['a set of images', 'a { background: image-set("//e.example/x" 1x) }', /image-set/],
  ['the end of the style', '</STYLE><script>', /style/],
  ['too much', 'a{}'.repeat(6000), /16384/],
])('as CSS, %s is judged', (_, css, complaint) => {
  if (complaint) expect(complaintAboutCss(css)).toMatch(complaint)
  else expect(complaintAboutCss(css)).toBeNull()
})

test.each<[string, Partial<BrandWish>, string[]]>([
  ['nothing', {}, []],
  [
    'all that is wrong, at once',
    { logo: 'x', accent: 'x', accent_dark: 'x', css: '@import' },
    ['logo', 'accent', 'accent_dark', 'css'],
  ],
  [
    'links to pages and mailboxes',
    {
      links: [
        { label: 'Shop', url: 'https://shop.example/' },
        { label: 'Mail', url: 'mailto:a@b.example' },
      ],
    },
    [],
  ],
  ['a link that runs', { links: [{ label: 'Shop', url: 'javascript:alert(1)' }] }, ['links.0.url']],
  ['a link that is a path', { links: [{ label: 'Shop', url: '/shop' }] }, ['links.0.url']],
  [
    'a link without a name',
    { links: [{ label: ' ', url: 'https://shop.example/' }] },
    ['links.0.label'],
  ],
  [
    'six links',
    { links: Array.from({ length: 6 }, () => ({ label: 'S', url: 'https://s.example/' })) },
    ['links'],
  ],
])('a brand with %s is judged by field', (_, wish, paths) => {
  const brand = () => changedBrand(noBrand, wish)
  if (paths.length === 0) expect(brand()).toEqual({ ...noBrand, ...wish })
  else
    expect(brand).toThrow(
      expect.objectContaining({ fields: paths.map((path) => expect.objectContaining({ path })) }),
    )
})

test('what is not wished for stays', () => {
  const before = changedBrand(noBrand, { logo: dot, accent: '#14598c' })
  expect(changedBrand(before, { accent: null })).toEqual({ ...before, accent: null })
  expect(changedBrand(before, { logo: null })).toEqual({ ...before, logo: null })
})
