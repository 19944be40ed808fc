import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostileTexts } from '../support/hostile.ts'
import { launchChromium } from '../support/chromium.ts'
import { published, startService, type Service } from '../support/service.ts'

let browser: Browser
let service: Service
let dir: string
const incidents: string[] = []

const quoted = (text: string) => JSON.stringify(text)

/** A page whose every name is hostile: of the page, of its groups, of each component. */
function profile(): string {
  return [
    'page:',
    `  name: ${quoted(hostileTexts[0]!)}`,
    `  description: ${quoted(hostileTexts.join(' '))}`,
    '  time_zone: Etc/UTC',
    `  support: { hours: ${quoted(hostileTexts[1]!)} }`,
    `severities: [{ key: sev, name: ${quoted(hostileTexts[2]!)}, impact: minor }]`,
    `groups: [{ key: group, name: ${quoted(hostileTexts[3]!)}, description: ${quoted(hostileTexts[4]!)} }]`,
    'components:',
    ...hostileTexts.map(
      (text, i) =>
        `  - { key: c-${i}, name: ${quoted(text)}, description: ${quoted(text)}${i % 2 ? ', group: group' : ''} }`,
    ),
  ].join('\n')
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allclear-'))
  await writeFile(join(dir, 'profile.yaml'), profile())
  service = await startService({ CONFIG: join(dir, 'profile.yaml') })
  browser = await launchChromium()
  await published(service)
  for (const [i, text] of hostileTexts.entries()) {
    const answer = await service.api('/api/admin/incidents', {
      method: 'POST',
      body: {
        name: text.slice(0, 200),
        body: `${text}\n\n${hostileTexts.slice(0, i).join('\n\n')}`,
        severity: 'sev',
        components: [{ key: `c-${i}`, status: 'degraded_performance' }],
        notify: false,
      },
    })
    expect(answer.status).toBe(201)
    incidents.push(((await answer.json()) as { id: string }).id)
  }
  await published(service)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

/** What a page holds that nobody of us wrote. */
async function intrusionsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    if ('pwned' in globalThis) found.push('a script ran')
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on')) found.push(`<${element.localName} ${name}>`)
        if (/^(href|src|action|formaction|xlink:href)$/.test(name))
          if (/^\s*(javascript|vbscript|data:text)/i.test(value)) found.push(`${name}=${value}`)
      }
    }
    const strange =
      'iframe, object, embed, base, marquee, math, foreignObject, img, video, audio, link[rel=stylesheet], meta[http-equiv=refresh]'
    for (const element of document.querySelectorAll(strange)) found.push(element.outerHTML)
    for (const script of document.querySelectorAll('script'))
      if (/pwned/.test(script.textContent) && script.type !== 'application/json')
        found.push(script.outerHTML)
    return found
  })
}

test('nothing that anybody may write becomes markup on a page, even where no policy forbids it', async () => {
  const paths = [
    '/',
    ...incidents.map((id) => `/incidents/${id}`),
    `/history/${new Date().toISOString().slice(0, 7)}`,
    '/subscribe',
    '/components/none-of-these',
  ]
  const summary = await (await fetch(`${service.url}/api/v2/components.json`)).json()
  const components = (summary as { components: { id: string; group: boolean }[] }).components
  paths.push(...components.filter(({ group }) => !group).map(({ id }) => `/components/${id}`))
  const context = await browser.newContext({ bypassCSP: true })
  const page = await context.newPage()
  page.on('dialog', (dialog) => void dialog.dismiss())
  const intrusions: Record<string, string[]> = {}
  for (const path of paths) {
    await page.goto(service.url + path)
    const found = await intrusionsOf(page)
    if (found.length > 0) intrusions[path] = found
  }
  expect(intrusions).toEqual({})
  await context.close()
})

test('what is hostile to readers of feeds and programs stays text there', async () => {
  for (const path of ['/history.atom', '/history.rss']) {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${service.url}/subscribe`)
    const faults = await page.evaluate(async (path) => {
      const text = await (await fetch(path)).text()
      const parsed = new DOMParser().parseFromString(text, 'application/xml')
      const strange = [...parsed.querySelectorAll('script, iframe, img, svg, parsererror')]
      return strange.map((element) => element.outerHTML)
    }, path)
    expect(faults).toEqual([])
    await context.close()
  }
  for (const path of ['/feed.json', '/api/v2/summary.json', '/widget.json', '/badge.json']) {
    const answer = await fetch(service.url + path)
    expect(answer.headers.get('content-type')).toMatch(/^application\/(feed\+)?json/)
    await answer.json()
  }
})
