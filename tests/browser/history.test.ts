import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addUpdate, giveAllClear } from '../../api/actions/incidents/incidents.ts'
import { publishPostmortem, writePostmortem } from '../../api/actions/incidents/postmortems.ts'
import { markDayChange } from '../../api/actions/publishing/calendar.ts'
import { publishDue } from '../../api/actions/publishing/publish.ts'
import { DAY, HOUR, MINUTE } from '../../api/domain/time.ts'
import { page as pageTable } from '../../db/schema.ts'
import { launchChromium } from '../support/chromium.ts'
import { allClear } from '../support/following.ts'
import { servedWorld, type Served } from '../support/http.ts'
import { listen, type Listening } from '../support/listen.ts'
import { faultsOf } from '../support/looking.ts'
import { shop } from '../support/shop.ts'
import { openTrouble, operator } from '../support/telling.ts'

let w: Served
let server: Listening
let browser: Browser
let long: string
let planned: string

/** A page that began in September: a grave incident then, a long one in November, and planned work. */
beforeAll(async () => {
  w = await servedWorld()
  server = await listen((request) => w.app.fetch(request))
  browser = await launchChromium()
  const { deps, clock } = w
  await deps.db.update(pageTable).set({ createdAt: clock.now() - 70 * DAY })
  const reviewed = await openTrouble(deps, {
    components: [{ id: shop.checkout, status: 'major_outage' }],
  })
  clock.advance(50 * MINUTE)
  await giveAllClear(deps, operator, reviewed, allClear, false)
  const words = { body: 'A disk was full.', summary: {}, version: null }
  await writePostmortem(deps, operator, reviewed, words)
  await publishPostmortem(deps, operator, reviewed, false)
  long = await openTrouble(deps, { name: 'Search is slow', impact: 'minor' })
  for (let n = 1; n < 60; n++) {
    clock.advance(2 * MINUTE)
    await addUpdate(deps, operator, long, {
      status: 'identified',
      body: `Update ${n}: we are still working on it.`,
      components: [],
      notify: false,
      nextUpdateAt: null,
    })
  }
  const from = clock.now() + 5 * HOUR
  const answer = await w.api('/api/admin/maintenances', {
    method: 'POST',
    body: {
      name: 'A new database',
      body: 'We replace the database.',
      components: [{ id: shop.checkout }],
      scheduled_for: new Date(from).toISOString(),
      scheduled_until: new Date(from + 2 * HOUR).toISOString(),
    },
  })
  planned = ((await answer.json()) as { id: string }).id
  await markDayChange(deps)
  await publishDue(deps)
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await w?.[Symbol.asyncDispose]()
})

async function opened(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: server.url,
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
    ...options,
  })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  await page.goto(path)
  return page
}

/** Presses Tab until a link is in focus, and follows it. */
async function follow(page: Page, href: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(() => document.activeElement?.getAttribute('href'))
    if (found !== href) continue
    await page.keyboard.press('Enter')
    return page.waitForURL(`**${href}`)
  }
  throw new Error(`${href} is not reached by the keyboard`)
}

test('by keyboard alone and without scripts one goes from the year to a month, an incident and back', async () => {
  const page = await opened('/history', { javaScriptEnabled: false })
  expect(await page.getByRole('row', { name: /^November 2026, so far/ }).innerText()).toMatch(
    /2\s+1 critical, 1 minor · 1 post-mortem\s+2 hr 48 min/,
  )
  await follow(page, '/history/2026-10')
  expect(await page.locator('main').innerText()).toContain(
    'No incidents were reported in October 2026.',
  )
  await follow(page, '/history/2026-11')
  await follow(page, `/incidents/${long}`)
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Search is slow')
  await follow(page, '/history/2026-11')
  await follow(page, '/history/2026')
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Incidents of 2026')
})

test('of 60 updates the newest and the first are seen, and the others by the keyboard', async () => {
  const page = await opened(`/incidents/${long}`, { javaScriptEnabled: false })
  expect(await page.getByText('Update 59:').isVisible()).toBe(true)
  expect(await page.getByText('We are looking into it.').isVisible()).toBe(true)
  expect(await page.getByText('Update 30:').isVisible()).toBe(false)
  await page.locator('#between > summary').focus()
  await page.keyboard.press('Enter')
  expect(await page.getByText('Update 30:').isVisible()).toBe(true)
})

test('times are told in UTC on demand, without scripts and without moving anything', async () => {
  const page = await opened(`/incidents/${long}`, { javaScriptEnabled: false })
  const first = page.locator('.facts time').first()
  const places = () =>
    page
      .locator('.facts dt, .facts dd, h1, h2')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))
  expect(await first.innerText()).toBe('21 Nov 2026, 13:50 CET')
  const before = await places()
  await page.locator('#utc > summary').focus()
  await page.keyboard.press('Enter')
  expect(await first.innerText()).toBe('21 Nov 2026, 12:50 UTC')
  expect(await places()).toEqual(before)
})

test('where scripts run, times are in the zone of the device, which is named', async () => {
  const page = await opened(`/incidents/${planned}`, { timezoneId: 'Asia/Tokyo' })
  expect(await page.locator('#zone').innerText()).toBe('All times are in your zone, Asia/Tokyo.')
  const [from, until] = await page.locator('.facts time').allInnerTexts()
  expect(from).toBe('22 Nov 2026, 04:48 GMT+9')
  expect(until).toBe('06:48 GMT+9')
  await page.locator('#utc > summary').click()
  expect(await page.locator('.facts time').first().innerText()).toBe('21 Nov 2026, 19:48 UTC')
})

test('planned work stands below the components, with its calendar', async () => {
  const page = await opened('/', { javaScriptEnabled: false })
  const upcoming = page.locator('#components ~ #upcoming')
  expect(await upcoming.innerText()).toMatch(/A new database[^]*\(2 hr\)[^]*in 5 hours[^]*Checkout/)
  await upcoming.getByRole('link', { name: 'A new database' }).click()
  expect(await page.getByRole('link', { name: /calendar/ }).count()).toBe(3)
})

test.each([
  ['dark', 360],
  ['light', 360],
  ['dark', 768],
  ['light', 1440],
] as const)(
  'history, timeline and plans are clean in %s at %i px',
  async (colorScheme, width) => {
    for (const [name, path] of [
      ['year', '/history/2026'],
      ['month', '/history/2026-11'],
      ['empty', '/history/2026-10'],
      ['long', `/incidents/${long}`],
      ['planned', `/incidents/${planned}`],
      ['home', '/'],
    ] as const) {
      const page = await opened(path, { colorScheme, viewport: { width, height: 900 } })
      const shots = process.env['SHOTS']
      if (shots)
        await page.screenshot({
          path: `${shots}/${name}-${colorScheme}-${width}.png`,
          fullPage: true,
        })
      expect({ path, faults: await faultsOf(page) }).toEqual({ path, faults: [] })
      await page.context().close()
    }
  },
  120_000,
)
