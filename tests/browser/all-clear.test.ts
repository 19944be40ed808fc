import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTemplate } from '../../api/actions/incidents/templates.ts'
import { runDueProbes } from '../../api/actions/probes/probing.ts'
import { MINUTE, SECOND } from '../../api/domain/time.ts'
import { announcements, incidents } from '../../db/schema.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, signedIn } from '../support/looking.ts'
import { servedWorld, type Served } from '../support/http.ts'
import { listen, type Listening } from '../support/listen.ts'
import { addProbe, broken, scripted, urlOf } from '../support/probed.ts'
import { shop } from '../support/shop.ts'
import { operator } from '../support/telling.ts'

const script = scripted()
let w: Served
let server: Listening
let browser: Browser

beforeAll(async () => {
  w = await servedWorld()
  w.deps.probers = script.probers
  server = await listen((request) => w.app.fetch(request))
  browser = await launchChromium()
  for (const [key, componentId] of Object.entries({ p: shop.checkout, q: shop.search }))
    await addProbe(w.deps, key, {
      componentId,
      opensIncident: key === 'p' ? 'public' : 'draft',
      watchMs: 5 * MINUTE,
    })
  await pass(MINUTE)
  script.answers.set(urlOf('p'), broken)
  await pass(4 * MINUTE)
  script.answers.clear()
  await pass(7 * MINUTE)
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await w?.[Symbol.asyncDispose]()
})

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10 * SECOND) {
    w.clock.advance(10 * SECOND)
    await runDueProbes(w.deps)
  }
  await w.settled()
}

/** Presses Tab until something is in focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return
  }
  throw new Error(`${selector} is not reached by the keyboard`)
}

test.each([
  ['dark', 360],
  ['light', 1280],
] as const)('the proposal is read in %s at %i px', async (colorScheme, width) => {
  const page = await signedIn(browser, server.url, {
    colorScheme,
    viewport: { width, height: 800 },
  })
  await page.locator('.proposal').scrollIntoViewIfNeeded()
  expect(await page.locator('.proposal').innerText()).toMatch(/All has been well since .* failed/s)
  await page.getByText('Give the all-clear', { exact: true }).click()
  const shots = process.env['SHOTS']
  if (shots) await page.screenshot({ path: `${shots}/all-clear-${width}.png`, fullPage: true })
  expect(await faultsOf(page)).toEqual([])
})

test('without scripts and by keyboard alone the all-clear is given, once its cause is written', async () => {
  const page = await signedIn(browser, server.url, {
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
  })
  expect(await page.locator('#needs').innerText()).toContain('It is time for the all-clear')
  const [incident] = await w.deps.db.select().from(incidents)
  const form = `#form-incidents-${incident!.id}-all-clear`
  await tabTo(page, `#open-form-incidents-${incident!.id}-all-clear summary`)
  await page.keyboard.press('Enter')
  await page.locator(`${form} [name=issue]`).waitFor()
  expect(await page.locator(`${form} [name=issue]`).inputValue()).toBe(incident!.name)
  expect(await page.locator(`${form} [name=root_cause]`).inputValue()).toBe('')
  expect(await page.locator(`${form} [name=fix]`).inputValue()).toContain('has worked again since')
  expect(await page.locator(`${form} [name=impact]`).inputValue()).toMatch(/\d+ checks failed/)

  await tabTo(page, `${form} [name=root_cause]`)
  await page.keyboard.type('A disk was full.')
  await tabTo(page, `${form} button[name=notify]`)
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/operator#incident-${incident!.id}`)
  expect(await page.locator('#resolved').innerText()).toContain(incident!.name)
  const [after] = await w.deps.db.select().from(incidents)
  expect(after).toMatchObject({ status: 'resolved', allClear: { root_cause: 'A disk was full.' } })
  const kinds = (await w.deps.db.select().from(announcements)).map(({ kind }) => kind)
  expect(kinds).toEqual(['incident_opened', 'incident_resolved'])
})

test('a draft that came and went is published as resolved', async () => {
  script.answers.set(urlOf('q'), broken)
  await pass(4 * MINUTE)
  script.answers.clear()
  await pass(7 * MINUTE)
  const page = await signedIn(browser, server.url, { javaScriptEnabled: false })
  await page.getByText('Nobody was told: publish it as resolved, or discard it.').waitFor()
  await page.getByText('Publish as resolved', { exact: true }).click()
  await page.locator('[id$=-all-clear] [name=root_cause]').fill('A cable was loose.')
  await page.locator('[id$=-all-clear] button[name=notify]').first().click()
  await page.waitForURL('**/operator#incident-*')
  const found = await w.deps.db.select().from(incidents)
  expect(found.map(({ draft, status }) => [draft, status])).toEqual([
    [false, 'resolved'],
    [false, 'resolved'],
  ])
})

test('a template words a new incident and an update, and keeps what was typed', async () => {
  const words = { key: 'looking', name: 'Looking into it', status: 'identified' as const }
  const body = '{components} since {time}, because {reason}.'
  await createTemplate(w.deps, operator, { ...words, title: '{component} fails', body })
  const page = await signedIn(browser, server.url, { javaScriptEnabled: false })
  await page.getByText('Open an incident').click()
  const form = page.locator('#form-incidents')
  await form.locator(`[name="component:${shop.checkout}"]`).selectOption('major_outage')
  await form.locator('[name=template]').selectOption('looking')
  await form.getByRole('button', { name: 'Use it' }).click()
  expect(await form.locator('[name=name]').inputValue()).toBe('Shop - Checkout fails')
  expect(await form.locator('[name=body]').inputValue()).toMatch(
    /^Shop - Checkout since \d\d:\d\d CET, because …\.$/,
  )
  expect(await form.locator('[value=identified]').isChecked()).toBe(true)
  expect(await form.locator(`[name="component:${shop.checkout}"]`).inputValue()).toBe(
    'major_outage',
  )
  await form
    .getByRole('button', { name: /Publish/ })
    .first()
    .click()
  await page.waitForURL('**/operator#incident-*')

  await page.getByText('Post an update', { exact: true }).click()
  const update = page.locator('[id$=-updates]').filter({ visible: true }).first()
  await update.locator('[name=body]').fill('Typed at night.')
  await update.locator('[name=template]').selectOption('looking')
  await update.getByRole('button', { name: 'Use it' }).click()
  const again = page.locator('form[id$=-updates]').filter({ visible: true }).first()
  expect(await again.locator('[name=body]').inputValue()).toMatch(
    /^Shop - Checkout since .*\n\nTyped at night\.$/s,
  )
})
