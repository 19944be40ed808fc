import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { eventually, published, startService, type Service } from '../support/service.ts'

let service: Service
let browser: Browser

beforeAll(async () => {
  service = await startService()
  browser = await launchChromium()
  await published(service)
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

/** What the sandbox got for an address, oldest first. */
async function receivedBy(address: string): Promise<{ id: string; text: string }[]> {
  const path = `/sandbox/messages.json?to=${encodeURIComponent(address)}`
  const answer = await fetch(service.url + path)
  return ((await answer.json()) as { messages: { id: string; text: string }[] }).messages
}

function arrival(address: string, words: string | RegExp) {
  return eventually(`${words} arrives at ${address}`, async () =>
    (await receivedBy(address)).findLast(({ text }) => text.match(words)),
  )
}

/** An operator opens an incident; ends when everybody whom it concerns has been told. */
async function tell(name: string, component: string): Promise<void> {
  const opened = await service.api('/api/admin/incidents', {
    method: 'POST',
    body: {
      name,
      body: 'We are looking.',
      components: [{ key: component, status: 'major_outage' }],
    },
  })
  const { id } = (await opened.json()) as { id: string }
  await eventually(`all are told of ${name}`, async () => {
    const answer = await service.api(`/api/admin/announcements?incident_id=${id}`)
    const { announcements } = (await answer.json()) as { announcements: { done: boolean }[] }
    return announcements.length > 0 && announcements.every(({ done }) => done)
  })
}

/** How somebody meets the first message, and how they leave again by the last one. */
type Way = {
  channel: string
  address: string
  confirm(page: Page, address: string): Promise<void>
  leave(page: Page, address: string): Promise<void>
}

/** A chat or a program's log: the message's own links. */
const byEndpoint: Pick<Way, 'confirm' | 'leave'> = {
  async confirm(page, address) {
    await arrival(address, '/subscriptions/confirm')
    await page.goto('/sandbox/endpoints')
    await page.locator(`a[href$="/${encodeURIComponent(address)}"]`).click()
    await page.locator('.post').first().locator('a[href*="/subscriptions/confirm"]').click()
    await page.locator('main form button').click()
  },
  async leave(page, address) {
    await page.goto(`/sandbox/endpoints/${encodeURIComponent(address)}`)
    await page.locator('.post').first().locator('a[href*="/unsubscribe"]').first().click()
    await page.locator('main form button').click()
    expect(await page.locator('main').innerText()).toMatch(/unsubscribed/i)
  },
}

async function openMail(page: Page, address: string, words: RegExp) {
  const { id } = await arrival(address, words)
  await page.goto(`/sandbox/mail/${id}`)
  return page.frameLocator('iframe')
}

const byMail: Pick<Way, 'confirm' | 'leave'> = {
  async confirm(page, address) {
    const mail = await openMail(page, address, /confirm/i)
    await mail.locator('a[href*="/subscriptions/confirm"]').first().click()
    await page.waitForURL('**/subscriptions/confirm**')
    await page.locator('main form button').click()
  },
  async leave(page, address) {
    const mail = await openMail(page, address, /unsubscribe/i)
    await mail.locator('a[href*="/unsubscribe"]').first().click()
    await page.waitForURL('**/unsubscribe**')
    await page.locator('main form button').click()
    expect(await page.locator('main').innerText()).toMatch(/unsubscribed/i)
  },
}

const byPhone: Pick<Way, 'confirm' | 'leave'> = {
  async confirm(page, address) {
    const { text } = await arrival(address, /\b\d{6}\b/)
    await page.locator('input[name=code]').fill(/\b\d{6}\b/.exec(text)![0])
    await page.locator('form:has(input[name=code]) button').click()
  },
  async leave(page, address) {
    await page.goto(`/sandbox/phones/${encodeURIComponent(address)}`)
    await page.getByRole('button', { name: 'STOP' }).click()
    expect(await page.locator('.thread').innerText()).toContain('STOP')
  },
}

const workflow = 'workflows/0123456789abcdef/triggers/manual/paths/invoke?sig=browser'
const ways: Way[] = [
  { channel: 'email', address: 'ada@example.com', ...byMail },
  { channel: 'sms', address: '+14155550123', ...byPhone },
  { channel: 'webhook', address: 'https://receiver.example/hook', ...byEndpoint },
  {
    channel: 'slack',
    address: 'https://hooks.slack.com/services/T00000000/B00000000/browser',
    ...byEndpoint,
  },
  {
    channel: 'teams',
    address: `https://prod-00.westeurope.logic.azure.com/${workflow}`,
    ...byEndpoint,
  },
  {
    channel: 'discord',
    address: 'https://discord.com/api/webhooks/123456789012345678/browser',
    ...byEndpoint,
  },
]

test.each(ways.map((way) => [way.channel, way] as const))(
  'by %s, without JavaScript: sign up, confirm, change, receive, leave',
  async (channel, { address, confirm, leave }) => {
    const page = await visitor()
    await signUp(page, channel, address)
    await confirm(page, address)
    expect(await page.locator('main').innerText()).toMatch(/subscribed|confirmed/i)

    await page.locator('main a[href*="/subscriptions/manage"]').click()
    await page.getByLabel('Search', { exact: true }).check()
    await page.locator('button[value=save]').click()
    expect(await page.getByRole('status').innerText()).toMatch(/saved/i)

    await tell(`Unwanted by ${channel}`, 'checkout')
    await tell(`Wanted by ${channel}`, 'search')
    await arrival(address, `Wanted by ${channel}`)

    await leave(page, address)
    const told = await receivedBy(address)
    expect(told.filter(({ text }) => text.includes('Unwanted'))).toEqual([])
    await tell(`Too late for ${channel}`, 'search')
    expect(await receivedBy(address)).toHaveLength(told.length)
    await page.context().close()
  },
  60_000,
)

async function visitor(): Promise<Page> {
  const context = await browser.newContext({
    baseURL: service.url,
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
  })
  context.setDefaultTimeout(15_000)
  return context.newPage()
}

async function signUp(page: Page, channel: string, address: string): Promise<void> {
  await page.goto('/subscribe')
  const form = page.locator(`#subscribe-${channel}`)
  if (!(await form.isVisible())) await page.locator(`#way-${channel} > summary`).click()
  await form.locator('input[name=address]').fill(address)
  if (channel === 'sms') await form.locator('input[name=consent]').check()
  await form.locator('button').last().click()
  expect(await page.locator('form[action="/subscribe"]').count()).toBe(0)
}
