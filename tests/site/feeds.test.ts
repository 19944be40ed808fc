import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith'
import { describe, expect, test } from 'vitest'
import type { FeedView, IncidentView } from '../../api/routes/views.ts'
import { incident, maintenance, page, resolved } from './fixtures.ts'
import { read } from './read.ts'

const feed: FeedView = {
  page,
  created_at: '2026-01-01T00:00:00.000Z',
  incidents: [maintenance, incident, resolved],
}
const get = (path: string, view: FeedView = feed) => read(path, { feed: view })
const first = (change: Partial<IncidentView>): FeedView => ({
  ...feed,
  incidents: [{ ...incident, ...change }],
})

describe("the feeds, read by somebody else's parser", () => {
  test('Atom has the ids of the original, whole timelines and times without milliseconds', async () => {
    const { html, headers } = await get('/history.atom')
    expect(headers.get('content-type')).toBe('application/atom+xml; charset=utf-8')
    expect(html).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<feed xml:lang="en" xmlns=/)
    const parsed = parseAtomFeed(html)
    expect(parsed).toMatchObject({
      id: 'tag:status.tern.example,2005:/history',
      title: { value: 'Tern Parcels Status - Incident History' },
      authors: [{ name: 'Tern Parcels' }],
    })
    expect(parsed.links?.map(({ rel }) => rel)).toEqual(['alternate', 'self'])
    expect(parsed.entries?.map(({ title }) => title?.value)).toEqual(
      feed.incidents.map(({ name }) => name),
    )
    const entry = parsed.entries![1]!
    expect(entry.id).toBe(`tag:status.tern.example,2005:Incident/${incident.id}`)
    expect(entry.links?.[0]?.href).toBe(incident.url)
    expect(entry.published).toBe('2026-11-21T01:12:00Z')
    expect(String(JSON.stringify(entry.content))).toContain('<strong>Identified</strong> - ')
  })

  test('RSS has a permanent link and a date of RFC 822 per incident', async () => {
    const { html, headers } = await get('/history.rss')
    expect(headers.get('content-type')).toBe('application/rss+xml; charset=utf-8')
    const parsed = parseRssFeed(html)
    expect(parsed).toMatchObject({
      title: 'Tern Parcels Status - Incident History',
      link: page.url,
    })
    expect(parsed.items?.[1]).toMatchObject({
      title: incident.name,
      link: incident.url,
      guid: { value: incident.url, isPermaLink: true },
    })
    expect(html).toMatch(/<pubDate>\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000<\/pubDate>/)
  })

  test('JSON Feed says what concerns which component', async () => {
    const { html, headers } = await get('/feed.json')
    expect(headers.get('content-type')).toBe('application/feed+json; charset=utf-8')
    const parsed = parseJsonFeed(html)
    expect(parsed.items?.map(({ url }) => url)).toEqual(feed.incidents.map(({ url }) => url))
    expect(JSON.parse(html)).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      feed_url: `${page.url}/feed.json`,
      items: [{}, { tags: incident.components.map(({ name }) => name) }, {}],
    })
  })

  test.each(['/history.atom', '/history.rss', '/feed.json'])(
    '%s is a feed before anything has happened',
    async (path) => {
      const { status, html } = await get(path, { ...feed, incidents: [] })
      expect(status).toBe(200)
      if (path === '/history.atom') expect(parseAtomFeed(html).updated).toBe('2026-01-01T00:00:00Z')
    },
  )
})

test('a repeated status is called an update, as readers of the original expect', async () => {
  const [newest] = incident.updates
  const updates = [newest!, { ...newest!, id: 'before', display_at: '2026-11-21T01:00:00.000Z' }]
  const { html } = await get('/feed.json', first({ updates }))
  const [{ content_html }] = JSON.parse(html).items
  expect(content_html).toMatch(/<strong>Update<\/strong> - [^]*<strong>Identified<\/strong> - /)
})

test.each(['/history.atom', '/history.rss', '/feed.json'])(
  'what operators typed stays text in %s',
  async (path) => {
    const body = '<script>alert(1)</script> ]]> & \u0000\u0008 ![p](https://evil.example/p.png)'
    const name = 'A & B <b> "quoted" \u0001'
    const view = first({ name, updates: [{ ...incident.updates[0]!, body }] })
    const { html } = await get(path, view)
    const markup = path === '/feed.json' ? JSON.parse(html).items[0].content_html : html
    expect(markup).not.toMatch(/<script|<img|<b>/)
    if (path === '/feed.json') return
    // oxlint-disable-next-line no-control-regex
    expect(html).not.toMatch(/[\u0000-\u0008]/)
    const title =
      path === '/history.atom'
        ? parseAtomFeed(html).entries?.[0]?.title?.value
        : parseRssFeed(html).items?.[0]?.title
    expect(title).toContain('A & B')
  },
)
