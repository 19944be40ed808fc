import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { speak } from '../../api/domain/message.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf } from '../support/looking.ts'
import { eventually, published, startService, type Service } from '../support/service.ts'

let service: Service
let browser: Browser
let incident: string
let component: string

const german = speak('de')

beforeAll(async () => {
  service = await startService()
  browser = await launchChromium()
  await published(service)
  incident = await open('Payments fail')
  const catalog = await service.api('/api/admin/components')
  const { components } = (await catalog.json()) as { components: { id: string }[] }
  component = components[0]!.id
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

async function open(name: string): Promise<string> {
  const opened = await service.api('/api/admin/incidents', {
    method: 'POST',
    body: { name, body: 'We look.', components: [{ key: 'search', status: 'partial_outage' }] },
  })
  const { id } = (await opened.json()) as { id: string }
  await eventually('its page is there in every language', async () => {
    const page = await fetch(`${service.url}/ja/incidents/${id}`)
    return page.ok
  })
  return id
}

async function visitor(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: service.url, ...options })
  context.setDefaultTimeout(15_000)
  return context.newPage()
}

const pathOf = (page: Page) => new URL(page.url()).pathname

test('without scripts a reader goes from English to German and stays there', async () => {
  const page = await visitor({ javaScriptEnabled: false, locale: 'de-DE' })
  await page.goto('/')
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  await page.getByRole('link', { name: 'Deutsch' }).click()
  expect(pathOf(page)).toBe('/de/')
  await page.getByRole('link', { name: 'Payments fail' }).first().click()
  expect(pathOf(page)).toBe(`/de/incidents/${incident}`)
  await page.getByRole('link', { name: german('page.nav.subscribe'), exact: true }).click()
  expect(pathOf(page)).toBe('/de/subscribe')
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  await page.getByRole('link', { name: 'English' }).click()
  expect(pathOf(page)).toBe('/subscribe')
})

test('who subscribes on a German page is answered, written to and confirmed in German', async () => {
  const page = await visitor({ javaScriptEnabled: false })
  await page.goto('/de/')
  await page.locator('#subscribe-email [name=address]').fill('leserin@example.com')
  await page.locator('#subscribe-email button').click()
  await page.getByRole('heading', { name: german('result.check_inbox.title') }).waitFor()
  expect(pathOf(page)).toBe('/de/subscribe')
  const confirm = await eventually('a German mail arrives', async () => {
    const url = `${service.url}/sandbox/messages.json?to=leserin@example.com`
    const { messages } = (await (await fetch(url)).json()) as { messages: { text: string }[] }
    const [mail] = messages
    expect(mail?.text ?? 'Anmeldung').not.toContain('Confirm')
    return /\/subscriptions\/confirm\?token=[\w.-]+/.exec(mail?.text ?? '')?.[0]
  })
  await page.goto(confirm)
  await page.getByRole('button', { name: german('result.confirm.button') }).click()
  await page.getByRole('heading', { name: german('result.confirmed.title') }).waitFor()
  await page.getByRole('link', { name: german('result.home') }).click()
  expect(pathOf(page)).toBe('/de/')
})

test('what is refused on a German page is told in German, with what was typed', async () => {
  const page = await visitor({ javaScriptEnabled: false })
  await page.goto('/de/subscribe')
  await page.locator('#subscribe-sms [name=address]').fill('+1')
  await page.locator('#subscribe-sms [name=consent]').check()
  await page.locator('#subscribe-sms button').click()
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  await page.getByText(german('refused.title')).waitFor()
  expect(await page.locator('#subscribe-sms [name=address]').inputValue()).toBe('+1')
})

test('a German page keeps itself fresh in German', async () => {
  const page = await visitor()
  await page.goto('/de/')
  await open('Search is slow')
  // A browser may show what it kept for some seconds while it asks again.
  await eventually('the news is there', async () => {
    await page.evaluate(() => dispatchEvent(new Event('online')))
    return page.getByRole('link', { name: 'Search is slow' }).first().isVisible()
  })
  expect(await page.locator('#components h2').innerText()).toBe(german('home.components'))
})

describe('written from right to left', () => {
  test.each([
    ['the front page', () => '/'],
    ['an incident', () => `/incidents/${incident}`],
    ['a component', () => `/components/${component}`],
    ['the page to subscribe', () => '/subscribe'],
    ['the history', () => '/history'],
  ])('%s fits a narrow screen and stays accessible', async (_, path) => {
    const page = await visitor({ viewport: { width: 360, height: 800 } })
    await page.goto(path())
    await page.evaluate(() => (document.documentElement.dir = 'rtl'))
    expect(await faultsOf(page)).toEqual([])
    await page.context().close()
  })

  test('the page begins on the right, figures of time on the left', async () => {
    const page = await visitor({ viewport: { width: 1024, height: 800 } })
    await page.goto('/')
    const centre = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const { left, right } = element.getBoundingClientRect()
          return (left + right) / 2
        })
    const places = async () => [await centre('header .name'), await centre('.component > a')]
    const before = await places()
    await page.evaluate(() => (document.documentElement.dir = 'rtl'))
    for (const [index, place] of (await places()).entries())
      expect(Math.abs(place + before[index]! - 1024)).toBeLessThan(300)
    expect(await centre('header .name')).toBeGreaterThan(512)
    await page.goto(`/components/${component}`)
    await page.evaluate(() => (document.documentElement.dir = 'rtl'))
    for (const chart of await page.locator('svg.chart').all())
      expect(await chart.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr')
  })
})
