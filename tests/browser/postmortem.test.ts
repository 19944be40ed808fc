import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { giveAllClear } from '../../api/actions/incidents/incidents.ts'
import { publishDue } from '../../api/actions/publishing/publish.ts'
import { HOUR, MINUTE } from '../../api/domain/time.ts'
import { announcements, incidents } from '../../db/schema.ts'
import { launchChromium } from '../support/chromium.ts'
import { allClear } from '../support/following.ts'
import { servedWorld, type Served } from '../support/http.ts'
import { listen, type Listening } from '../support/listen.ts'
import { faultsOf, signedIn } from '../support/looking.ts'
import { subscribePeople } from '../support/shop.ts'
import { openTrouble, operator } from '../support/telling.ts'

let w: Served
let server: Listening
let browser: Browser
let id: string

beforeAll(async () => {
  w = await servedWorld()
  server = await listen((request) => w.app.fetch(request))
  browser = await launchChromium()
  await subscribePeople(w.deps, 3)
  await subscribePeople(w.deps, 1, 'sms')
  id = await openTrouble(w.deps, { severity: 'SEV-1' })
  w.clock.advance(42 * MINUTE)
  await giveAllClear(w.deps, operator, id, allClear, false)
  w.clock.advance(2 * HOUR)
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await w?.[Symbol.asyncDispose]()
})

/** Presses Tab until something is in focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return
  }
  throw new Error(`${selector} is not reached by the keyboard`)
}

async function shoot(page: Page, name: string): Promise<void> {
  const shots = process.env['SHOTS']
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true })
}

test('the console says which grave incident has no post-mortem, and leads to it', async () => {
  const page = await signedIn(browser, server.url, { javaScriptEnabled: false })
  expect(await page.locator('#needs').innerText()).toMatch(
    /A post-mortem is missing\s+“Checkout is slow” ended 2 hr ago\. Write it/,
  )
  await page
    .locator('#resolved')
    .getByRole('link', { name: /^Write the post-mortem/ })
    .click()
  await page.getByRole('heading', { level: 1, name: 'Post-mortem: Checkout is slow' }).waitFor()
  expect(await page.getByLabel('Root cause').inputValue()).toBe('A full disk.')
  expect(await page.getByLabel('The whole story').inputValue()).toContain('## Timeline')
  expect(await page.locator('.figures').innerText()).toMatch(/Time to recover\s+42 min/)
})

test.each([
  ['dark', 360],
  ['light', 768],
  ['light', 1440],
] as const)('the form and its preview are read in %s at %i px', async (colorScheme, width) => {
  const page = await signedIn(browser, server.url, {
    colorScheme,
    viewport: { width, height: 900 },
  })
  await page.goto(`${server.url}/operator/incidents/${id}/postmortem`)
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.locator('#preview').waitFor()
  await page.locator('#publish > summary').click()
  await shoot(page, `postmortem-form-${colorScheme}-${width}`)
  expect(await faultsOf(page)).toEqual([])
})

test('by keyboard alone and without scripts it is refused with a gap, saved, looked at and published', async () => {
  const page = await signedIn(browser, server.url, {
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
  })
  await page.goto(`${server.url}/operator/incidents/${id}/postmortem`)
  await tabTo(page, '#field-lessons')
  await page.keyboard.type('Disks fill up.')
  await tabTo(page, '#publish > summary')
  await page.keyboard.press('Enter')
  expect(await page.locator('#publish p').first().innerText()).toBe(
    'It is saved and becomes public at once. 4 subscribers hear of it: 3 by mail, 1 by SMS.',
  )
  await tabTo(page, 'button[value=publish]')
  await page.keyboard.press('Enter')

  const refused = page.getByRole('alert')
  expect(await refused.innerText()).toContain('The whole story: must not have the gap […]')
  expect(await page.getByLabel('What we learned').inputValue()).toBe('Disks fill up.')
  await shoot(page, 'postmortem-refused')
  await refused.getByRole('link').press('Enter')
  await page.getByLabel('The whole story').fill('## Why\n\nA disk was <b>full</b>.')
  await tabTo(page, 'button[value=preview]')
  await page.keyboard.press('Enter')
  const preview = page.locator('#preview')
  expect(await preview.locator('h3').first().innerText()).toBe('Why')
  expect(await preview.innerText()).toContain('A disk was <b>full</b>.')

  await tabTo(page, '#publish > summary')
  await page.keyboard.press('Enter')
  await tabTo(page, 'button[value=publish]')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/postmortem?published')
  expect(await page.getByRole('status').innerText()).toBe('The post-mortem is public.')
  const [incident] = await w.deps.db.select().from(incidents)
  expect(incident).toMatchObject({
    status: 'postmortem',
    postmortem: '## Why\n\nA disk was <b>full</b>.',
    postmortemSummary: { lessons: 'Disks fill up.' },
  })
  expect((await w.deps.db.select().from(announcements)).at(-1)).toMatchObject({
    kind: 'postmortem_published',
  })
})

test.each([
  ['dark', 360],
  ['light', 360],
  ['dark', 768],
  ['light', 1440],
] as const)('the public reads it in %s at %i px', async (colorScheme, width) => {
  await publishDue(w.deps)
  const context = await browser.newContext({
    baseURL: server.url,
    colorScheme,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
  })
  const page = await context.newPage()
  await page.goto(`/incidents/${id}`)
  await page.getByRole('link', { name: 'The post-mortem was published.' }).click()
  expect(await page.locator('#postmortem').innerText()).toContain('Disks fill up.')
  await shoot(page, `postmortem-${colorScheme}-${width}`)
  expect(await faultsOf(page)).toEqual([])
  await context.close()
})

test('a correction is public at once, and nobody else is told', async () => {
  const page = await signedIn(browser, server.url, { javaScriptEnabled: false })
  await page.goto(`${server.url}/operator/incidents/${id}/postmortem`)
  expect(await page.locator('#publish').count()).toBe(0)
  const told = await w.deps.db.select().from(announcements)
  await page.getByLabel('The whole story').fill('Two disks were full.')
  await page.getByRole('button', { name: 'Save the correction' }).click()
  await page.waitForURL('**/postmortem?saved')
  await publishDue(w.deps)
  await page.goto(`${server.url}/incidents/${id}`)
  expect(await page.locator('#postmortem').innerText()).toContain('Two disks were full.')
  expect(await w.deps.db.select().from(announcements)).toEqual(told)
})

test('of two who write at once the second is told, and keeps the words', async () => {
  const page = await signedIn(browser, server.url, { javaScriptEnabled: false })
  await page.goto(`${server.url}/operator/incidents/${id}/postmortem`)
  await w.api(`/api/admin/incidents/${id}/postmortem`, {
    method: 'PUT',
    body: { body: 'Three disks were full.' },
  })
  await page.getByLabel('The whole story').fill('My own words.')
  await page.getByRole('button', { name: 'Save the correction' }).click()
  expect(await page.getByRole('alert').innerText()).toContain('changed by somebody else meanwhile')
  expect(await page.getByLabel('The whole story').inputValue()).toBe('My own words.')
  await page.getByText('What is saved now').click()
  expect(await page.locator('pre').innerText()).toBe('Three disks were full.')
  await page.getByRole('button', { name: 'Save the correction' }).click()
  await page.waitForURL('**/postmortem?saved')
  expect(await page.getByLabel('The whole story').inputValue()).toBe('My own words.')
})
