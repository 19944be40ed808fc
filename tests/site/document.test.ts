import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { page } from './fixtures.ts'
import { read } from './read.ts'

const paths = [
  '/',
  '/incidents/incident0001',
  '/incidents/incident0002',
  '/incidents/incident0003',
  '/incidents/upkeep000001',
  '/history/2026-11',
  '/history/2026',
  '/history',
  '/components/checkout0001',
  '/subscribe',
  '/subscriptions/manage?token=t',
]

describe.each(paths)('%s', (path) => {
  test('is one request: nothing of it is loaded from anywhere', async () => {
    const { html } = await read(path)
    expect(html).not.toMatch(
      /<(script|img|iframe|source|video|audio|object|embed)[^>]* (src|data)=/,
    )
    expect(html).not.toMatch(/<link(?! rel="(icon" href="data:|alternate"|canonical"))/)
    expect(html).not.toMatch(/@import|url\((?!["']?data:)/)
    expect(html).not.toMatch(/ style=| on\w+=/)
  })

  test('tells where it lies and what it says to whoever shows a link to it', async () => {
    const { html } = await read(path)
    if (path.includes('token')) return expect(html).not.toContain('canonical')
    const address = /<link rel="canonical" href="([^"]+)"/.exec(html)?.[1]
    expect(address).toBe(new URL(path, page.url).href)
    for (const property of ['site_name', 'title', 'description', 'url'])
      expect(html).toMatch(new RegExp(`<meta property="og:${property}" content="[^"]+"`))
  })

  test('runs and styles only what its policy names', async () => {
    const { html, headers } = await read(path)
    const policy = headers.get('content-security-policy')!
    for (const directive of [
      "default-src 'none'",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
    ]) {
      expect(policy).toContain(directive)
    }
    expect(policy).not.toContain('unsafe')
    const inline = [...html.matchAll(/<(script|style)[^>]*>([^]*?)<\/\1>/g)]
    expect(inline.length).toBeGreaterThan(0)
    for (const [, , content] of inline) {
      expect(policy).toContain(`'sha256-${createHash('sha256').update(content!).digest('base64')}'`)
    }
  })

  test('has one heading of the first rank and skips none', async () => {
    const { html } = await read(path)
    const ranks = [...html.matchAll(/<h([1-6])[ >]/g)].map(([, rank]) => Number(rank))
    expect(ranks[0]).toBe(1)
    expect(ranks.filter((rank) => rank === 1)).toHaveLength(1)
    for (const [index, rank] of ranks.entries())
      expect(rank - (ranks[index - 1] ?? 0)).toBeLessThanOrEqual(1)
  })

  test('has landmarks, a skip link, a language, and ids that exist once', async () => {
    const { html } = await read(path)
    for (const part of [
      '<html lang="en">',
      '<header',
      '<nav ',
      '<main id="main"',
      '<footer',
      'href="#main"',
    ]) {
      expect(html).toContain(part)
    }
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('has a label for every field', async () => {
    const { html } = await read(path)
    for (const [field] of html.matchAll(
      /<input(?![^>]*type="(?:hidden|checkbox|radio)")(?![^>]*name="website")[^>]*>/g,
    )) {
      expect(html).toContain(`for="${/ id="([^"]+)"/.exec(field)![1]}"`)
    }
  })
})

test('published documents carry the script that keeps them fresh, and it is small', async () => {
  const { html } = await read('/')
  const [, script] = /<script type="module">([^]*?)<\/script>/.exec(html)!
  expect(script).toContain('If-None-Match')
  expect(gzipSync(script!).length).toBeLessThan(1400)
})
