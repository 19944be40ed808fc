import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR } from '../../api/domain/time.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, signedIn } from '../support/looking.ts'
import { published, startService, type Service } from '../support/service.ts'

let browser: Browser
let service: Service

async function post(path: string, body: unknown): Promise<string> {
  const answer = await service.api(path, { method: 'POST', body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${text}`)
  return (JSON.parse(text) as { id: string }).id
}

/** The demo with a story of each kind: under way, over with a post-mortem, planned and under way by plan. */
beforeAll(async () => {
  service = await startService()
  browser = await launchChromium()
  await published(service)
  const [from, until] = [HOUR, 3 * HOUR].map((ms) => new Date(Date.now() + ms).toISOString())
  const story = (name: string, key: string) => ({
    name,
    body: 'We are **looking** into it. More at [our help](https://help.example/).',
    severity: 'sev-1',
    components: [{ key, status: 'partial_outage' }],
    next_update_at: from,
  })
  await post('/api/admin/incidents', story('Search finds nothing', 'search'))
  await post('/api/admin/incidents', { ...story('Nobody has seen it', 'search'), draft: true })
  const over = await post('/api/admin/incidents', story('Orders fail', 'checkout'))
  const words = { issue: 'Orders failed.', root_cause: 'A disk.', fix: 'Another.', impact: '5 min' }
  await post(`/api/admin/incidents/${over}/all-clear`, words)
  await service.api(`/api/admin/incidents/${over}/postmortem`, {
    method: 'PUT',
    body: { body: '## What we learned\n\nDisks fill.', summary: { root_cause: 'A full disk.' } },
  })
  await post(`/api/admin/incidents/${over}/postmortem/publish`, {})
  const plan = {
    body: 'We replace the database.',
    components: [{ key: 'order-mail' }],
    scheduled_for: from,
    scheduled_until: until,
  }
  await post('/api/admin/maintenances', { ...plan, name: 'A new database' })
  const started = await post('/api/admin/maintenances', { ...plan, name: 'A new disk' })
  await post(`/api/admin/maintenances/${started}/start`, {})
  await published(service)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

/** Pages that differ in nothing but whom they are about: one of each kind is looked at. */
function kindOf(path: string): string {
  return path.split('?')[0]!.replace(/[a-z0-9]{12}|\d{4}-\d\d/g, ':id')
}

/** Every kind of page that links lead to, the first of each; several of what incidents and maintenances look like. */
async function pagesFrom(page: Page, start: string, within: RegExp): Promise<string[]> {
  const found = new Map<string, string[]>([[kindOf(start), [start]]])
  const queue = [start]
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    await page.goto(service.url + path)
    const links = await page.$$eval('a[href]', (all) =>
      all.map((link) => (link as HTMLAnchorElement).href),
    )
    for (const link of links) {
      const { origin, pathname } = new URL(link)
      if (origin !== service.url || !within.test(pathname)) continue
      const kind = kindOf(pathname)
      const known = found.get(kind) ?? []
      const enough = /incidents|maintenances/.test(kind) ? 4 : 1
      if (known.length >= enough || known.includes(pathname)) continue
      found.set(kind, [...known, pathname])
      queue.push(pathname)
    }
  }
  return [...found.values()].flat()
}

const looks = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 360],
  ['dark', 360],
] as const

async function faultsByPage(page: Page, paths: string[]): Promise<Record<string, string[]>> {
  const faults: Record<string, string[]> = {}
  for (const path of paths) {
    await page.goto(service.url + path)
    for (const [colorScheme, width] of looks) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      const found = await faultsOf(page)
      if (found.length > 0) faults[`${path}, ${colorScheme}, ${width} px`] = found
    }
  }
  return faults
}

test('nobody finds a fault on any page for the public, in either scheme, wide and narrow', async () => {
  const page = await browser.newPage()
  const paths = await pagesFrom(page, '/', /^\/($|incidents|history|components|subscribe)(?!.*\.)/)
  expect(paths.length).toBeGreaterThanOrEqual(9)
  expect(await faultsByPage(page, [...paths, '/nowhere'])).toEqual({})
}, 240_000)

test('nobody finds a fault on any page for operators, in either scheme, wide and narrow', async () => {
  const page = await signedIn(browser, service.url)
  const paths = await pagesFrom(page, '/operator', /^\/operator(?!.*(export|sign-out))/)
  expect(paths.length).toBeGreaterThanOrEqual(12)
  expect(await faultsByPage(page, paths)).toEqual({})
}, 360_000)
