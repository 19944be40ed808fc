import { XMLParser } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { everyDocument, markDayChange } from '../../../../api/actions/publishing/calendar.ts'
import { openIncident } from '../../../../api/actions/incidents/incidents.ts'
import { publishDue } from '../../../../api/actions/publishing/publish.ts'
import { touch } from '../../../../api/actions/save.ts'
import { servedWorld, type Served } from '../../../support/http.ts'
import { shop } from '../../../support/shop.ts'
import { operator, trouble } from '../../../support/telling.ts'

async function publishedWorld(): Promise<Served> {
  const served = await servedWorld()
  await served.deps.db.write([touch(served.deps, await everyDocument(served.deps))])
  await publishDue(served.deps)
  return served
}

async function get(served: Served, path: string) {
  const answer = await served.app.fetch(new Request(`http://status.example${path}`))
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

test('badge, widget and sign of the tab turn with the page', async () => {
  await using served = await publishedWorld()
  const before = await get(served, '/favicon.svg')
  expect((await get(served, '/badge.svg')).text).toContain('Corner Shop: All Systems Operational')
  await openIncident(served.deps, operator, trouble)
  await publishDue(served.deps)
  const badge = await get(served, '/badge.svg')
  expect(badge.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
  expect(badge.headers.get('access-control-allow-origin')).toBe('*')
  expect(badge.text).toContain('Corner Shop: Minor Service Outage')
  const own = await get(served, `/components/${shop.checkout}/badge.json`)
  expect(JSON.parse(own.text)).toMatchObject({ message: 'Partial outage', schemaVersion: 1 })
  expect((await get(served, `/components/${shop.search}/badge.svg`)).text).toContain('Operational')
  expect(JSON.parse((await get(served, '/widget.json')).text)).toEqual({
    name: 'Corner Shop',
    locale: 'en',
    url: 'http://status.example/',
    status: 'degraded_performance',
    description: 'Minor Service Outage',
  })
  expect((await get(served, '/favicon.svg')).text).not.toBe(before.text)
})

test('the widget is one script of less than 3 KiB', async () => {
  await using served = await publishedWorld()
  const script = await get(served, '/widget.js')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(script.text).toContain("new URL('widget.json', from)")
  expect(Buffer.byteLength(script.text)).toBeLessThan(3 * 1024)
})

test('the sitemap lists every page for people and nothing else', async () => {
  await using served = await publishedWorld()
  const id = await openIncident(served.deps, operator, trouble)
  await publishDue(served.deps)
  const { headers, text } = await get(served, '/sitemap.xml')
  expect(headers.get('content-type')).toBe('application/xml; charset=utf-8')
  const { urlset } = new XMLParser().parse(text) as { urlset: { url: { loc: string }[] } }
  expect(urlset.url.map(({ loc }) => loc).toSorted()).toEqual(
    [
      '/',
      `/components/${shop.checkout}`,
      `/components/${shop.search}`,
      '/history',
      '/history/2026',
      '/history/2026-11',
      `/incidents/${id}`,
      '/subscribe',
    ].map((path) => `http://status.example${path}`),
  )
  for (const { loc } of urlset.url)
    expect((await get(served, new URL(loc).pathname)).status).toBe(200)
  const robots = await get(served, '/robots.txt')
  expect(robots.text).toContain('Sitemap: http://status.example/sitemap.xml')
  expect(robots.text).toContain('Disallow: /operator\n')
})

test('what an older version did not publish is published by the next one', async () => {
  await using served = await servedWorld()
  const newer = ['/badge.svg', '/sitemap.xml', `/components/${shop.checkout}/badge.svg`]
  const known = (await everyDocument(served.deps)).filter((path) => !newer.includes(path))
  await served.deps.db.write([touch(served.deps, known)])
  await publishDue(served.deps)
  expect((await get(served, '/badge.svg')).status).toBe(404)
  await markDayChange(served.deps)
  await publishDue(served.deps)
  for (const path of newer) expect((await get(served, path)).status).toBe(200)
})
