import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf } from '../support/looking.ts'
import { eventually, published, startService, type Service } from '../support/service.ts'

let service: Service
let browser: Browser
let incident: string

beforeAll(async () => {
  service = await startService()
  browser = await launchChromium()
  await published(service)
  incident = await open('Payments fail')
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
  await eventually('its page is there', async () => {
    const page = await fetch(`${service.url}/incidents/${id}`, { headers: { accept: 'text/html' } })
    return page.ok
  })
  return id
}

async function visitor(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: service.url, ...options })
  context.setDefaultTimeout(15_000)
  return context.newPage()
}

function linkTo(address: string, path: string): Promise<string> {
  return eventually(`${path} arrives at ${address}`, async () => {
    const url = `${service.url}/sandbox/messages.json?to=${encodeURIComponent(address)}`
    const { messages } = (await (await fetch(url)).json()) as { messages: { text: string }[] }
    const found = messages
      .map(({ text }) => new RegExp(`${path}\\?token=[\\w.-]+`).exec(text)?.[0])
      .find(Boolean)
    return found
  })
}

async function ask(channel: string, address: string): Promise<string> {
  const body = { channel, address }
  const asked = await service.api('/api/subscribers', { method: 'POST', body })
  expect(asked.status).toBe(202)
  return linkTo(address, '/subscriptions/confirm')
}

async function confirmed(channel: string, address: string): Promise<string> {
  const confirm = await ask(channel, address)
  const answer = await fetch(service.url + confirm, { method: 'POST' })
  return /\/subscriptions\/manage\?token=[\w.-]+/.exec(await answer.text())![0]
}

const slack = 'https://hooks.slack.com/services/T00000000/B00000000/axe'
const pages: [string, (page: Page) => Promise<unknown>][] = [
  ['the subscribe page', (page) => page.goto('/subscribe')],
  [
    'a refused sign-up',
    async (page) => {
      await page.goto('/subscribe')
      const form = page.locator('#subscribe-sms')
      await form.locator('summary').click()
      await form.locator('[name=quiet_from]').fill('22:00')
      await form.locator('[name=address]').fill('12')
      await form.evaluate((element: HTMLFormElement) => (element.noValidate = true))
      await form.locator('button').click()
      await page.waitForSelector('[role=alert]')
    },
  ],
  [
    'a page that asks for the code',
    async (page) => {
      await page.clock.install()
      await page.goto('/subscribe')
      await page.locator('#subscribe-sms [name=address]').fill('+14155550199')
      await page.locator('#subscribe-sms [name=consent]').check()
      await page.clock.fastForward(5_000)
      await page.locator('#subscribe-sms button').click()
      await page.waitForSelector('[name=code]')
    },
  ],
  ['a link to confirm', async (page) => page.goto(await ask('slack', slack))],
  [
    'the manage page of a mail',
    async (page) => page.goto(await confirmed('email', `${crypto.randomUUID()}@example.com`)),
  ],
  [
    'the manage page of a webhook',
    async (page) =>
      page.goto(await confirmed('webhook', `https://hooks.example.com/${crypto.randomUUID()}`)),
  ],
  [
    'refused choices',
    async (page) => {
      await page.goto(await confirmed('email', `${crypto.randomUUID()}@example.com`))
      await page.locator('[name=quiet_from]').fill('22:00')
      await page.locator('[name=only_incidents]').check()
      await page.locator('[value=save]').click()
      await page.waitForSelector('[role=alert]')
    },
  ],
  [
    'the question whether to forget',
    async (page) => {
      await page.goto(await confirmed('email', `${crypto.randomUUID()}@example.com`))
      await page.locator('[value=forget]').click()
    },
  ],
  ['an open incident', (page) => page.goto(`/incidents/${incident}`)],
]

describe.each([
  ['light', 1280],
  ['dark', 360],
] as const)('in %s at %i px', (colorScheme, width) => {
  test.each(pages)('%s is accessible and fits', async (_, go) => {
    const page = await visitor({ colorScheme, viewport: { width, height: 800 } })
    await go(page)
    expect(await faultsOf(page)).toEqual([])
    await page.context().close()
  })
})

test('targets are at least 24 px', async () => {
  const page = await visitor({ viewport: { width: 360, height: 800 } })
  for (const path of ['/subscribe', await confirmed('email', 'targets@example.com')]) {
    await page.goto(path)
    const small = await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true
      const targets = document.querySelectorAll(
        'main :is(button, summary, select, input:not([type=hidden], [type=checkbox], [type=radio], [name=website]), label:has([type=checkbox], [type=radio]), li a, p > a:only-child)',
      )
      return [...targets]
        .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()] as const)
        .filter(([, { width, height }]) => Math.min(width, height) < 24)
    })
    expect(small).toEqual([])
  }
})

test('a form filled in by a person tells their time zone; by a program it does nothing', async () => {
  const page = await visitor({ timezoneId: 'Asia/Tokyo' })
  // Time stands still, however slowly this machine fills in a form.
  await page.clock.install({ time: 0 })
  await page.clock.pauseAt(60_000)
  for (const [address, pause] of [
    ['program@example.com', 0],
    ['person@example.com', 5_000],
  ] as const) {
    await page.goto('/')
    await page.locator('#subscribe-email [name=address]').fill(address)
    if (pause > 0) await page.clock.fastForward(pause)
    await page.locator('#subscribe-email button').click()
    expect(await page.locator('h1').innerText()).toBe('Check your inbox')
  }
  const found = await service.api('/api/admin/subscribers?search=@example.com')
  const { subscribers } = (await found.json()) as {
    subscribers: { address: string; time_zone: string }[]
  }
  expect(subscribers.find(({ address }) => address === 'person@example.com')).toMatchObject({
    time_zone: 'Asia/Tokyo',
  })
  expect(subscribers.some(({ address }) => address === 'program@example.com')).toBe(false)
})

test('with the keyboard alone: subscribe, choose, and see where one is', async () => {
  const page = await visitor({ javaScriptEnabled: false })
  await page.goto('/subscribe')
  const focused = () => page.locator(':focus')
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab')
    if ((await focused().getAttribute('id')) === 'email-address') break
  }
  await page.keyboard.type('keys@example.com')
  await page.keyboard.press('Tab')
  expect(await focused().evaluate((element) => element.localName)).toBe('summary')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  expect(await focused().isChecked()).toBe(true)
  const outline = await focused().evaluate((element) => getComputedStyle(element).outlineStyle)
  expect(outline).toBe('solid')
  await page.locator('#email-address').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
})

test('one incident is followed from its own page', async () => {
  const page = await visitor({ javaScriptEnabled: false })
  await page.goto(`/incidents/${incident}`)
  await page.locator('#subscribe-email [name=address]').fill('follower@example.com')
  await page.locator('#subscribe-email button').click()
  await page.goto(await linkTo('follower@example.com', '/subscriptions/confirm'))
  await page.getByRole('button', { name: 'Confirm subscription' }).click()
  await page.getByRole('link', { name: 'Choose what you hear of' }).click()
  expect(await page.getByLabel('Payments fail').isChecked()).toBe(true)
  expect(await page.getByLabel(/Nothing but the ticked ones/).isChecked()).toBe(true)
})

test('a person takes their data along and is forgotten', async () => {
  const page = await visitor()
  const manage = await confirmed('email', 'leaver@example.com')
  await page.goto(manage)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download everything' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('subscription.json')
  const held = JSON.parse(await readFile(await download.path(), 'utf8'))
  expect(held.subscriber.address).toBe('leaver@example.com')
  await page.getByRole('button', { name: 'Forget me' }).click()
  await page.getByRole('button', { name: 'Yes, forget me' }).click()
  expect(await page.locator('h1').innerText()).toBe('You are forgotten')
  expect((await page.goto(manage))!.status()).toBe(404)
})
