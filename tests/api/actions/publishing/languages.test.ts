import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openIncident } from '../../../../api/actions/incidents/incidents.ts'
import { updatePage } from '../../../../api/actions/page-settings.ts'
import { everyDocument, markDayChange } from '../../../../api/actions/publishing/calendar.ts'
import { publishDue } from '../../../../api/actions/publishing/publish.ts'
import { touch } from '../../../../api/actions/save.ts'
import { languageIn } from '../../../../api/domain/languages.ts'
import { speak } from '../../../../api/domain/message.ts'
import { documents } from '../../../../db/schema.ts'
import { servedWorld, type Served } from '../../../support/http.ts'
import { shop } from '../../../support/shop.ts'
import { operator, trouble } from '../../../support/telling.ts'

const languages = ['de', 'ja']

/** A page in English that speaks German and Japanese too, with an open incident. */
async function spokenWorld(): Promise<Served & { incident: string }> {
  const served = await servedWorld()
  const { deps } = served
  await deps.db.write([touch(deps, await everyDocument(deps))])
  await updatePage(deps, operator, { languages })
  const incident = await openIncident(deps, operator, trouble)
  await publishDue(deps)
  return Object.assign(served, { incident })
}

async function read(served: Served, path: string, headers: Record<string, string> = {}) {
  const url = `http://status.example${path}`
  const answer = await served.app.fetch(
    new Request(url, { headers: { accept: 'text/html', ...headers } }),
  )
  return { status: answer.status, headers: answer.headers, html: await answer.text() }
}

let served: Awaited<ReturnType<typeof spokenWorld>>
beforeAll(async () => {
  served = await spokenWorld()
})
afterAll(() => served[Symbol.asyncDispose]())

const alternatesIn = (html: string) =>
  [...html.matchAll(/<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"/g)].map(
    ([, language, href]) => [language!, new URL(href!).pathname] as const,
  )

describe('a page in several languages', () => {
  test.each([
    ['the front page', '/', 'home.components'],
    ['an incident', '/incidents/', 'incident.updates'],
    ['a component', `/components/${shop.search}`, 'months.title'],
    ['a month', '/history/2026-11', 'page.nav.history'],
    ['the page to subscribe', '/subscribe', 'subscribe.title'],
  ] as const)('%s is published in each of them', async (_, path, key) => {
    const place = path === '/incidents/' ? path + served.incident : path
    for (const locale of ['en', ...languages]) {
      const { status, headers, html } = await read(
        served,
        locale === 'en' ? place : `/${locale}${place}`,
      )
      expect(status).toBe(200)
      expect(headers.get('content-language')).toBe(locale)
      expect(html).toContain(`<html lang="${locale}"`)
      expect(html).toContain(speak(locale)(key))
    }
  })

  test('documents for programs are published once', async () => {
    const paths = await served.deps.store.paths()
    const spoken = paths.filter((path) => languageIn(path).locale === 'de')
    const people = paths.filter((path) =>
      /^\/(|404|subscribe|(components|incidents)\/[a-z0-9]{12}|history(\/[\d-]+)?)$/.test(path),
    )
    expect(spoken.map((path) => languageIn(path).bare).toSorted()).toEqual(people.toSorted())
  })

  test('every alternate exists, and points back', async () => {
    const pages = (await served.deps.store.paths()).filter(
      (path) => !/\.\w+$|\/404$|^\/api\//.test(path),
    )
    expect(pages.length).toBeGreaterThan(15)
    for (const path of pages) {
      const { html } = await read(served, path)
      const alternates = alternatesIn(html)
      expect(alternates.map(([language]) => language)).toEqual(['en', ...languages, 'x-default'])
      const [, own] = alternates.find(
        ([language]) => language === (languageIn(path).locale ?? 'en'),
      )!
      expect(own).toBe(path)
      expect(html).toContain(`<link rel="canonical" href="http://status.example${path}"`)
      for (const [, other] of alternates)
        expect(alternatesIn((await read(served, other)).html)).toEqual(alternates)
    }
  })

  test('whatever leads on leads to the same language', async () => {
    const pages = (await served.deps.store.paths()).filter((path) => path.startsWith('/de/'))
    for (const path of pages) {
      const { html } = await read(served, path)
      const body = html
        .slice(html.indexOf('<body'))
        .replace(/<nav class="languages[^]*?<\/nav>/, '')
      const links = [...body.matchAll(/(?:href|action)="(\/[^"]*)"/g)].map(([, to]) => to!)
      const strays = links.filter(
        (to) => !to.startsWith('/de/') && !/\.(atom|rss|json|ics)$/.test(to),
      )
      expect(strays).toEqual([])
    }
  })

  test('plain links lead to every language, each by its own name, and say which one this is', async () => {
    const { html } = await read(served, `/ja/components/${shop.search}`)
    const nav = /<nav class="languages[^]*?<\/nav>/
      .exec(html)![0]
      .replaceAll(/ data-astro-cid-\w+/g, '')
    for (const [path, locale, name] of [
      [`/components/${shop.search}`, 'en', 'English'],
      [`/de/components/${shop.search}`, 'de', 'Deutsch'],
      [`/ja/components/${shop.search}`, 'ja', '日本語'],
    ])
      expect(nav).toMatch(
        new RegExp(`<a href="${path}" lang="${locale}" hreflang="${locale}"[^>]*>\\s*${name}`),
      )
    expect(nav.match(/aria-current="page"/g)).toHaveLength(1)
    expect(nav).toMatch(/lang="ja"[^>]* aria-current="page"/)
  })

  test('what operators wrote is marked as their language, and only elsewhere', async () => {
    const german = await read(served, `/de/incidents/${served.incident}`)
    expect(german.html).toMatch(/<h1 [^>]*lang="en" dir="auto"[^>]*>Checkout is slow/)
    expect(german.html).toMatch(/class="prose"[^>]* lang="en" dir="auto"/)
    const own = await read(served, `/incidents/${served.incident}`)
    expect(own.html).toMatch(/<h1[^>]*>Checkout is slow/)
    expect(own.html).not.toContain('dir="auto"')
  })

  test('the sitemap knows every page in every language, with its others', async () => {
    const { html } = await read(served, '/sitemap.xml')
    const places = [...html.matchAll(/<url><loc>([^<]+)<\/loc>(.*?)<\/url>/g)]
    expect(places.map(([, place]) => new URL(place!).pathname)).toContain('/de/')
    for (const [, place, others] of places) {
      const page = await read(served, new URL(place!).pathname)
      expect(page.status).toBe(200)
      const found = [...others!.matchAll(/hreflang="([^"]+)" href="([^"]+)"/g)].map(
        ([, language, href]) => [language, new URL(href!).pathname],
      )
      expect(found).toEqual(alternatesIn(page.html))
    }
  })
})

describe('where nothing is', () => {
  test.each([
    ['a missing page of a language says so in it', '/de/incidents/nosuchthing0', 'en', 'de'],
    ['an unknown language is answered in the one that is asked for', '/xx/', 'ja,en;q=0.5', 'ja'],
    ['one of ours that is not published too', '/fr/', 'de-AT, en;q=0.1', 'de'],
    ['whoever asks for what is not spoken gets the page’s own', '/fr/', 'fr', 'en'],
    ['so does whoever asks for nothing', '/nowhere', '', 'en'],
    ['what is refused is not given', '/nowhere', 'de;q=0, ja;q=0.1', 'ja'],
    ['the page’s own comes before what is liked less', '/nowhere', 'en-GB, de;q=0.9', 'en'],
  ])('%s', async (_, path, accepted, locale) => {
    const { status, headers, html } = await read(served, path, { 'accept-language': accepted })
    expect(status).toBe(404)
    expect(headers.get('content-language')).toBe(locale)
    expect(html).toContain(speak(locale)('missing.title'))
    expect(html).toContain(`href="${locale === 'en' ? '/' : `/${locale}/`}"`)
  })

  test('a choice by what the reader accepts is not kept for others', async () => {
    const { headers } = await read(served, '/nowhere', { 'accept-language': 'de' })
    expect(headers.get('vary')).toContain('accept-language')
  })

  test.each([
    ['the page’s own language lies at the bare paths', '/en/', '/'],
    ['also what is behind it', '/en/subscribe?a=b', '/subscribe?a=b'],
    ['a language ends in a slash', '/de', '/de/'],
    ['also the page’s own, which has none', '/en', '/'],
  ])('%s', async (_, path, place) => {
    const { status, headers } = await read(served, path)
    expect([status, headers.get('location')]).toEqual([308, place])
  })

  test.each(['/en//evil.example/', '/en/operator', '/en/api/v2/summary.json', '/fr', '/xx'])(
    '%s leads nowhere',
    async (path) => expect((await read(served, path)).status).toBe(404),
  )

  test('a problem stays a problem for programs', async () => {
    const answer = await served.api('/de/nowhere')
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'not_found' })
  })
})

describe('publishing in several languages', () => {
  test('the front page comes first, then its languages; each page is read for once', async () => {
    const { deps, app } = served
    const { render } = deps
    const rendered: string[] = []
    const asked: string[] = []
    const fetch = async (url: URL) => {
      asked.push(url.pathname)
      return app.fetch(new Request(url), { internal: true })
    }
    deps.render = (path, locals, cookie) => {
      const { locale } = locals as { locale?: string }
      rendered.push(`${locale ?? ''} ${path}`)
      return render(path, { ...locals, fetch }, cookie)
    }
    await deps.db.write([
      touch(deps, [
        '/subscribe',
        `/components/${shop.search}`,
        '/',
        `/incidents/${served.incident}`,
      ]),
    ])
    await publishDue(deps)
    deps.render = render
    expect(rendered.slice(0, 3)).toEqual([' /', 'de /', 'ja /'])
    expect(rendered).toHaveLength(12)
    expect(asked.toSorted()).toEqual(
      [
        `/api/pages/components/${shop.search}`,
        '/api/pages/home',
        `/api/pages/incidents/${served.incident}`,
        '/api/pages/subscribe',
      ].toSorted(),
    )
  })

  test('an update is on the page of every language when publishing is done', async () => {
    await using world = await spokenWorld()
    await openIncident(world.deps, operator, { ...trouble, name: 'Search is down' })
    await publishDue(world.deps)
    for (const path of ['/', '/de/', '/ja/'])
      expect((await read(world, path)).html).toContain('Search is down')
  })

  test('a language that is dropped is gone from the store, one that is added is there', async () => {
    await using world = await spokenWorld()
    await updatePage(world.deps, operator, { languages: ['fr'] })
    await publishDue(world.deps)
    const spoken = (await world.deps.store.paths()).map((path) => languageIn(path).locale)
    expect(new Set(spoken)).toEqual(new Set([null, 'fr']))
    expect((await read(world, '/fr/')).status).toBe(200)
    expect((await read(world, '/')).html).not.toContain('hreflang="de"')
  })

  test('a new day comes in every language', async () => {
    await using world = await spokenWorld()
    world.clock.advance(Date.parse('2026-12-01T00:00:30+01:00') - world.clock.now())
    await markDayChange(world.deps)
    const touched = await world.deps.db.select().from(documents)
    for (const path of ['/', '/de/', '/de/history/2026-12', '/ja/history/2026-11'])
      expect(touched.find((one) => one.path === path)?.touchedAt).toBe(world.clock.now())
  })
})
