import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { changedBrand, noBrand } from '../../api/domain/brand.ts'
import { bird, dot, svg, uri } from '../support/logos.ts'
import { home, incident, page } from './fixtures.ts'
import { read } from './read.ts'

const branded = (wish: Parameters<typeof changedBrand>[1]) => ({
  home: { ...home, page: { ...page, brand: changedBrand(noBrand, wish) } },
})

describe('a brand', () => {
  test('of a wide logo takes the place of the name, which it says', async () => {
    const { html } = await read('/', branded({ logo: uri(bird) }))
    const [, src] = /<img src="([^"]+)" width="120" height="32" alt="Tern Parcels"/.exec(html)!
    const text = src!.replaceAll('&#38;', '&').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
    expect(decodeURIComponent(text.slice('data:image/svg+xml,'.length))).toBe(
      bird.replaceAll('"', "'"),
    )
    expect(html).not.toContain('<span>Tern Parcels</span>')
  })

  test('of a sign stands beside the name', async () => {
    const { html } = await read('/', branded({ logo: uri(svg('width="90" height="90"')) }))
    expect(html).toMatch(/<img [^>]*width="32" height="32" alt(="")?[ >]/)
    expect(html).toContain('<span>Tern Parcels</span>')
  })

  test('of few points is not blown up', async () => {
    const { html } = await read('/', branded({ logo: dot }))
    expect(html).toMatch(/<img src="data:image\/png;base64,[^"]+" width="1" height="1"/)
  })

  test('colours each scheme, and its style is named in the policy', async () => {
    const css = 'h1 { letter-spacing: 0 }'
    const wish = { accent: '#0f5f6b', accent_dark: '#7fd3df', css }
    const { html, headers } = await read('/', branded(wish))
    const style = [...html.matchAll(/<style>([^]*?)<\/style>/g)].at(-1)![1]!
    expect(style).toMatch(/scheme:light\).*#0f5f6b.*scheme:dark\).*#7fd3df.*letter-spacing: 0/)
    const hash = createHash('sha256').update(style).digest('base64')
    const policy = headers.get('content-security-policy')!
    expect(policy).toContain(`'sha256-${hash}'`)
    expect(policy).not.toContain('unsafe')
    const plain = (await read('/')).headers.get('content-security-policy')!
    expect(plain).not.toContain(hash)
  })

  test('has links in the header, and loads nothing', async () => {
    const links = [{ label: 'Tern & Sons', url: 'https://tern.example/?a=1&b=2' }]
    const { html } = await read('/', branded({ links, logo: uri(bird) }))
    expect(html).toMatch(
      /<a href="https:\/\/tern.example\/\?a=1(&#38;|&amp;)b=2"[^>]*>\s*Tern &amp; Sons/,
    )
    expect(html).not.toMatch(/ src="(?!data:)/)
  })

  test('may be on every page', async () => {
    const { home: view } = branded({ accent: '#0f5f6b' })
    const { html } = await read('/incidents/incident0001', {
      'incidents/incident0001': { page: view.page, incident },
    })
    expect(html).toContain('--link:#0f5f6b')
  })
})

describe('the support panel', () => {
  test('says where, when, how soon, and what to bring', async () => {
    const { html } = await read('/')
    const panel = /<section id="support"[^]*?<\/section>/.exec(html)![0]
    for (const words of [
      'href="mailto:help@tern.example"',
      'tern.example/support',
      'Monday to Friday, 8:00 to 18:00',
      'within one working day',
      '<li>Number of the parcel</li>',
    ])
      expect(panel).toContain(words)
  })

  test('is on the page of an incident too', async () => {
    expect((await read('/incidents/incident0001')).html).toContain('within one working day')
  })

  test('is left out where there is nobody to ask', async () => {
    const support = { email: null, url: null, hours: null, response: null, include: [] }
    const { html } = await read('/', { home: { ...home, page: { ...page, support } } })
    expect(html).not.toContain('id="support"')
  })
})
