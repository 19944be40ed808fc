import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listMaintenances } from '../../api/actions/maintenances/maintenance-views.ts'
import { seriesViews } from '../../api/actions/maintenances/series-views.ts'
import { everyDocument } from '../../api/actions/publishing/calendar.ts'
import { publishDue } from '../../api/actions/publishing/publish.ts'
import { touch } from '../../api/actions/save.ts'
import { HOUR, MINUTE } from '../../api/domain/time.ts'
import { launchChromium } from '../support/chromium.ts'
import { servedWorld, type Served } from '../support/http.ts'
import { listen, type Listening } from '../support/listen.ts'
import { faultsOf, signedIn } from '../support/looking.ts'
import { subscribePeople } from '../support/shop.ts'

let w: Served
let server: Listening
let browser: Browser

// It is 21 November 2026, 13:00 in Berlin, the page's zone.
beforeAll(async () => {
  w = await servedWorld()
  await subscribePeople(w.deps, 3)
  await w.deps.db.write([touch(w.deps, await everyDocument(w.deps))])
  await publishDue(w.deps)
  server = await listen((request) => w.app.fetch(request))
  browser = await launchChromium()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await w?.[Symbol.asyncDispose]()
})

const phone = { width: 360, height: 740 }
const withoutScripts = () =>
  signedIn(browser, server.url, { javaScriptEnabled: false, viewport: phone })

/** What the public reads of it now. */
async function publicText(page: Page, path: string): Promise<string> {
  await w.settled()
  await publishDue(w.deps)
  const reader = await page.context().newPage()
  await reader.goto(path)
  const text = await reader.locator('main').innerText()
  await reader.close()
  return text
}

async function fillIn(page: Page, start: string, end: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill('Database upgrade')
  await page.getByLabel('Text', { exact: true }).fill('We upgrade **the database**.')
  await page.getByLabel('Shop - Checkout').check()
  await page.getByLabel('Start', { exact: true }).fill(start)
  await page.getByLabel('End', { exact: true }).fill(end)
}

test('without scripts a maintenance is scheduled, started, extended and completed', async () => {
  const page = await withoutScripts()
  await page.goto('/operator')
  await page.getByText('Nothing is under way, and nothing starts within a day.').waitFor()
  await page.getByRole('link', { name: 'Schedule maintenance' }).click()
  await fillIn(page, '2026-11-21T20:00', '2026-11-21T22:00')
  await page.getByRole('button', { name: 'Schedule it and tell up to 3 subscribers' }).click()
  await page.waitForURL('**/operator/maintenances/*?made')
  await page.getByText('It is scheduled.').waitFor()
  const [maintenance] = await listMaintenances(w.deps)
  expect(maintenance).toMatchObject({
    status: 'scheduled',
    scheduled_for: '2026-11-21T19:00:00.000Z',
    scheduled_until: '2026-11-21T21:00:00.000Z',
  })
  const path = `/incidents/${maintenance!.id}`
  expect(await publicText(page, path)).toMatch(/Database upgrade[^]*Scheduled/)
  expect(await publicText(page, '/')).toContain('Database upgrade')

  await page.goto('/operator')
  await page.getByText('Starts in 7 hr').waitFor()
  await page.getByRole('link', { name: 'Database upgrade' }).click()
  await page.getByText('Start now').click()
  await page.getByText('It is planned for Sat, 21 Nov 2026, 20:00 CET, in 7 hr.').waitFor()

  w.clock.advance(7 * HOUR)
  await page.reload()
  const steps = page.getByRole('group', { name: 'The next step' })
  const primary = steps.locator('summary.button:not(.quiet)')
  expect(await primary.allInnerTexts()).toEqual(['Start now'])
  await primary.click()
  await page.getByRole('button', { name: 'Start it and tell up to 3 subscribers' }).click()
  await page.locator('#facts').getByText('In progress').waitFor()
  expect(await publicText(page, path)).toContain('The work has begun.')

  w.clock.advance(110 * MINUTE)
  await page.reload()
  await page.getByText('Under way for 1 hr 50 min, 10 min left').waitFor()
  await steps.getByText('Extend', { exact: true }).click()
  await page.getByRole('combobox', { name: 'End' }).selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Save the new time and tell up to 3' }).click()
  await page.getByText('40 min left').waitFor()
  expect(await publicText(page, path)).toContain('22:30')

  expect(await primary.allInnerTexts()).toEqual(['Complete'])
  await primary.click()
  await page
    .locator('form[action$="/complete"]')
    .getByLabel('Text', { exact: true })
    .fill('All is faster now.')
  await page.getByRole('button', { name: 'Complete it quietly' }).click()
  await page.locator('#facts').getByText('Completed after 1 hr 50 min').waitFor()
  expect(await steps.count()).toBe(0)
  expect(await publicText(page, path)).toContain('All is faster now.')
  await page.context().close()
}, 90_000)

test('a cancellation asks first, and what does not fit is said beside its field', async () => {
  const page = await withoutScripts()
  await page.goto('/operator/maintenances/new')
  await fillIn(page, '2026-11-25T22:00', '2026-11-25T21:00')
  await page.getByRole('button', { name: 'Schedule it quietly' }).click()
  const alert = page.getByRole('alert')
  await alert.getByText('End: must be after “Start”').waitFor()
  const end = page.getByLabel('End', { exact: true })
  expect(await end.inputValue()).toBe('2026-11-25T21:00')
  expect(await end.getAttribute('aria-invalid')).toBe('true')
  expect(await page.getByLabel('Shop - Checkout').isChecked()).toBe(true)
  expect(await page.getByLabel('Search').isChecked()).toBe(false)
  await end.fill('2026-11-25T23:00')
  await page.getByRole('button', { name: 'Schedule it quietly' }).click()
  await page.waitForURL('**/operator/maintenances/*?made')
  expect(await page.getByText('Really cancel “Database upgrade”?').isVisible()).toBe(false)
  await page.getByText('Cancel it', { exact: true }).click()
  await page.getByText('Really cancel “Database upgrade”?').waitFor()
  await page.getByRole('button', { name: 'Yes, cancel it quietly' }).click()
  await page.locator('#facts').getByText('Cancelled').first().waitFor()
  await page.goto('/operator/maintenances')
  await page.getByRole('heading', { name: 'Past' }).waitFor()
  await page.context().close()
}, 60_000)

test('the dates of a series are seen before it begins', async () => {
  const page = await withoutScripts()
  await page.goto('/operator/maintenances')
  await page.getByRole('link', { name: 'New series' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Upkeep')
  await page.getByLabel('Text', { exact: true }).fill('We tidy up.')
  await page.getByLabel('Search').check()
  await page.getByLabel('First start').fill('2026-12-05T02:30')
  await page.getByLabel('How often').selectOption('monthly_last')
  await page.getByRole('button', { name: 'Show the next dates' }).click()
  await page.getByText('Sat, 26 Dec 2026, 02:30 CET to 03:30 CET, 1 hr').waitFor()
  expect(await seriesViews(w.deps)).toEqual([])

  // Other dates are shown again instead of being saved unseen.
  await page.getByLabel('Duration in minutes').fill('90')
  await page.getByRole('button', { name: 'Begin this series' }).click()
  await page.getByText('The dates have changed since you saw them').waitFor()
  await page.getByText('Sat, 26 Dec 2026, 02:30 CET to 04:00 CET, 1 hr 30 min').waitFor()
  expect(await seriesViews(w.deps)).toEqual([])
  await page.getByRole('button', { name: 'Begin this series' }).click()
  await page.waitForURL('**/operator/maintenances/series/*?made')
  expect(await seriesViews(w.deps)).toMatchObject([
    { name: 'Upkeep', rrule: 'FREQ=MONTHLY;BYDAY=-1SA', duration_min: 90 },
  ])

  await page.locator('summary', { hasText: 'Change it' }).click()
  expect(await page.getByLabel('How often').inputValue()).toBe('monthly_last')
  await page.getByLabel('How often').selectOption('custom')
  await page.getByLabel('Rule of its own').fill('FREQ=HOURLY')
  await page.getByRole('button', { name: 'Show the next dates' }).click()
  await page.getByRole('alert').getByText('FREQ').waitFor()
  await page.getByLabel('Rule of its own').fill('FREQ=WEEKLY;BYDAY=SU')
  await page.getByRole('button', { name: 'Show the next dates' }).click()
  await page.getByText('Sun, 6 Dec 2026, 02:30 CET to 04:00 CET').first().waitFor()
  await page.getByRole('button', { name: 'Save this series' }).click()
  await page.waitForURL('**/operator/maintenances/series/*?saved')
  await page.getByText('End it', { exact: true }).click()
  await page.getByLabel('Cancel what is planned of it, too').check()
  await page.getByRole('button', { name: 'Yes, end it' }).click()
  await page.getByText('Nothing of it is planned').waitFor()
  expect(await seriesViews(w.deps)).toMatchObject([{ planned: [] }])
  await page.context().close()
}, 90_000)

test('with scripts the button says whom it reaches', async () => {
  const page = await signedIn(browser, server.url)
  await page.goto('/operator/maintenances/new')
  await fillIn(page, '2026-12-01T22:00', '2026-12-01T23:00')
  await page.getByRole('button', { name: 'Schedule it and tell 3 by mail' }).waitFor()
  await page.context().close()
}, 60_000)

test('axe finds nothing, by day and by night, wide and narrow', async () => {
  const page = await signedIn(browser, server.url, { viewport: phone })
  await page.goto('/operator/maintenances/new')
  await fillIn(page, '2026-11-21T23:00', '2026-11-22T01:00')
  await page.getByRole('button', { name: /^Schedule it and/ }).click()
  await page.waitForURL('**/operator/maintenances/*?made')
  const one = new URL(page.url()).pathname
  const [series] = await seriesViews(w.deps)
  const paths = [
    '/operator',
    '/operator/maintenances',
    '/operator/maintenances/new',
    '/operator/maintenances/series/new',
    `/operator/maintenances/series/${series!.id}`,
    one,
  ]
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const path of paths) {
      await page.goto(path)
      expect(await faultsOf(page), `${colorScheme} ${path}`).toEqual([])
    }
    await page.goto(one)
    for (const step of await page.locator('.actions summary').all()) {
      await step.click()
      expect(await faultsOf(page), `${colorScheme} ${await step.innerText()}`).toEqual([])
    }
  }
  await page.context().close()
}, 120_000)
