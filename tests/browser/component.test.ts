import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf } from '../support/looking.ts'
import { listen, type Listening } from '../support/listen.ts'
import { componentPage } from '../site/fixtures.ts'
import { fixtureApi } from '../site/read.ts'
import { render } from '../support/site.ts'

/** Where people may look at the page. */
const folder = join(import.meta.dirname, '../.output/component')

const looks: [name: string, options: BrowserContextOptions & { width: number }][] = [
  ['light', { colorScheme: 'light', width: 1280 }],
  ['dark', { colorScheme: 'dark', width: 1280 }],
  ['phone', { colorScheme: 'light', width: 360 }],
  ['phone-dark', { colorScheme: 'dark', width: 360 }],
  ['forced', { forcedColors: 'active', width: 1280 }],
]

let browser: Browser
let server: Listening
let name = 'Checkout'

beforeAll(async () => {
  await mkdir(folder, { recursive: true })
  browser = await launchChromium()
  server = await listen(async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const page = { ...componentPage.page, locale: searchParams.get('in') ?? 'en' }
    const component = { ...componentPage.component, name }
    const api = fixtureApi({
      [`components/${componentPage.component.id}`]: { ...componentPage, page, component },
    })
    return render(pathname, { fetch: async (url: URL) => api.request(url.href) })
  })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function opened(
  { width, ...options }: BrowserContextOptions & { width: number },
  locale = 'en',
) {
  const context = await browser.newContext({
    ...options,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(`${server.url}/components/checkout0001?in=${locale}`)
  return page
}

describe.each(looks)('the page of a component, %s', (name, options) => {
  test('is clean in every span, with its table open', async () => {
    const page = await opened(options)
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
    for (const span of ['24h', '7d', '30d', '90d', '365d']) {
      if (span !== '24h') await page.locator(`#span-${span} > summary`).click()
      const section = page.locator('#response-times')
      await section.screenshot({ path: join(folder, `${name}-${span}.png`) })
      await page.locator(`#span-${span}-table > summary`).click()
      expect(await page.locator('.spans > details[open]').count()).toBe(1)
      expect(await faultsOf(page)).toEqual([])
    }
    await page.context().close()
  }, 60_000)
})

test.each(['de', 'fr', 'es', 'hi', 'ja'])('all of it fits a phone in %s', async (locale) => {
  const page = await opened({ width: 360 }, locale)
  await page.locator('#response-times').screenshot({ path: join(folder, `phone-${locale}.png`) })
  expect(await faultsOf(page)).toEqual([])
  await page.context().close()
})

test('on paper all spans stand below one another', async () => {
  const page = await opened({ width: 1280 })
  await page.emulateMedia({ media: 'print' })
  await page.screenshot({ path: join(folder, 'print.png'), fullPage: true })
  for (const chart of await page.locator('svg.chart').all())
    expect(await chart.isVisible()).toBe(true)
  await page.context().close()
})

test('a page that refreshes itself stays at the span that was chosen', async () => {
  const page = await browser.newPage()
  await page.clock.install()
  await page.goto(`${server.url}/components/checkout0001`)
  await page.locator('#span-90d > summary').click()
  await page.locator('#span-90d-table > summary').click()
  name = 'Paying'
  await page.clock.fastForward(31_000)
  await page.getByRole('heading', { name: 'Paying' }).waitFor()
  const open = page.locator('#response-times details[open]')
  expect(await open.evaluateAll((all) => all.map(({ id }) => id))).toEqual([
    'span-90d',
    'span-90d-table',
  ])
  await page.close()
})
