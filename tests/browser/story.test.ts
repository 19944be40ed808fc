import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { adminKey, eventually, startService, type Service } from '../support/service.ts'

let service: Service
let browser: Browser

beforeAll(async () => {
  service = await startService()
  browser = await launchChromium()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

async function visitor(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ baseURL: service.url, ...options })
  context.setDefaultTimeout(15_000)
  return context.newPage()
}

async function signedIn(): Promise<Page> {
  const page = await visitor()
  await page.goto('/operator')
  await page.getByLabel(/key/i).fill(adminKey)
  await page.getByRole('button', { name: /sign in/i }).click()
  await page.waitForURL('**/operator')
  return page
}

/** Reads the page again until it says so, as somebody who keeps looking would. */
async function says(page: Page, words: RegExp, seconds = 25): Promise<void> {
  await eventually(
    `the page says ${words}`,
    async () => {
      await page.reload()
      return words.test(await page.locator('main').innerText())
    },
    seconds,
  )
}

/** The newest mail to an address whose subject or text fits, opened in the inbox. */
async function openMail(page: Page, to: string, words: RegExp): Promise<void> {
  const found = await eventually(`a mail to ${to} that says ${words}`, async () => {
    const answer = await fetch(`${service.url}/sandbox/messages.json?to=${encodeURIComponent(to)}`)
    const { messages } = (await answer.json()) as {
      messages: { id: string; subject: string; text: string }[]
    }
    return messages.findLast((mail) => words.test(`${mail.subject}\n${mail.text}`))
  })
  await page.goto(`/sandbox/mail/${found.id}`)
}

async function textsTo(number: string): Promise<string[]> {
  const answer = await fetch(
    `${service.url}/sandbox/messages.json?to=${encodeURIComponent(number)}`,
  )
  const { messages } = (await answer.json()) as { messages: { text: string }[] }
  return messages.map(({ text }) => text)
}

describe('the whole story', () => {
  test('it breaks, the page turns, people subscribe, are told, hear the all-clear and leave', async () => {
    const reader = await visitor()
    await reader.goto('/')
    await says(reader, /All Systems Operational/i)

    // A visitor without JavaScript subscribes by mail and confirms with the button behind the link.
    const subscriber = await visitor({
      javaScriptEnabled: false,
      viewport: { width: 360, height: 740 },
    })
    await subscriber.goto('/')
    await subscriber.locator('#subscribe-email input[name=address]').fill('ada@example.com')
    await subscriber.locator('#subscribe-email button').last().click()
    expect(await subscriber.locator('main').innerText()).toMatch(/inbox|mail/i)
    await openMail(subscriber, 'ada@example.com', /confirm/i)
    await subscriber
      .frameLocator('iframe')
      .getByRole('link', { name: /confirm/i })
      .first()
      .click()
    await subscriber.waitForURL('**/subscriptions/confirm**')
    await subscriber.getByRole('button', { name: /confirm/i }).click()
    expect(await subscriber.locator('main').innerText()).toMatch(/confirmed|subscribed/i)

    // Another one subscribes by SMS and types in the code.
    const texter = await visitor()
    await texter.clock.install()
    await texter.goto('/')
    await texter.locator('#subscribe-sms input[name=address]').fill('+14155550123')
    await texter.locator('#subscribe-sms input[name=consent]').check()
    await texter.clock.fastForward(5_000)
    await texter.locator('#subscribe-sms button').last().click()
    const code = await eventually('the code arrives', async () =>
      (await textsTo('+14155550123')).map((text) => /\b\d{6}\b/.exec(text)?.[0]).find(Boolean),
    )
    await texter.locator('input[name=code]').fill(code)
    await texter.getByRole('button').last().click()
    expect(await texter.locator('main').innerText()).toMatch(/confirmed|subscribed/i)

    // The operator breaks the checkout; the probe sees it and the page turns by itself.
    const operator = await signedIn()
    const calm = await operator.getByRole('heading').allInnerTexts()
    expect(calm, 'no heading stands over nothing').not.toContain('Failing')
    await operator.locator('form[action="/operator/demo/checkout"] button').click()
    await says(reader, /Partial System Outage/i)

    // The operator says what is known and tells everybody.
    await operator.goto('/operator')
    const opening = operator.locator('form[action="/operator/incidents"]')
    if (!(await opening.locator('[name=name]').isVisible()))
      await operator
        .locator('details:has(form[action="/operator/incidents"]) > summary')
        .first()
        .click()
    await opening.locator('[name=name]').fill('Orders cannot be paid')
    await opening
      .locator('[name=body]')
      .fill('Paying fails since a few minutes. We are looking into it.')
    const broken = (await (await service.api('/api/admin/console')).json()) as {
      components: { id: string; key: string }[]
    }
    const checkout = broken.components.find(({ key }) => key === 'checkout')!.id
    await opening.locator(`[name="component:${checkout}"]`).selectOption('major_outage')
    await opening.getByRole('button', { name: /tell/i }).first().click()
    await operator.waitForURL('**/operator#incident-*')
    await says(reader, /Orders cannot be paid/)

    await openMail(subscriber, 'ada@example.com', /Orders cannot be paid/)
    const mail = subscriber.frameLocator('iframe')
    expect(await mail.locator('body').innerText()).toMatch(/Paying fails since a few minutes/)
    await eventually('the SMS arrives', async () =>
      (await textsTo('+14155550123')).some((text) =>
        /Investigating: Orders cannot be paid/.test(text),
      ),
    )
    await eventually('the operator sees that both were told', async () => {
      await operator.goto('/operator')
      return /2 of 2/.test(await operator.locator('main').innerText())
    })

    // The shop is mended; the all-clear says what it was.
    await operator.locator('form[action="/operator/demo/checkout"] button').click()
    const closing = operator.locator('form[action$="/all-clear"]').first()
    if (!(await closing.locator('[name=issue]').isVisible()))
      await operator.locator('details:has(form[action$="/all-clear"]) > summary').last().click()
    await closing.locator('[name=issue]').fill('Paying failed.')
    await closing.locator('[name=root_cause]').fill('A certificate had expired.')
    await closing.locator('[name=fix]').fill('A new certificate.')
    await closing.locator('[name=impact]').fill('No orders for some minutes.')
    await closing.getByRole('button', { name: /tell/i }).first().click()
    await operator.waitForURL('**/operator#incident-*')
    await says(reader, /All Systems Operational/i)
    await openMail(subscriber, 'ada@example.com', /A certificate had expired/)

    // One click in the mail program, and nothing is sent any more.
    await subscriber.locator('form[action*="unsubscribe"] button').first().click()
    const told = (await (
      await fetch(`${service.url}/sandbox/messages.json?to=ada@example.com`)
    ).json()) as { messages: unknown[] }
    const again = await service.api('/api/admin/incidents', {
      method: 'POST',
      body: {
        name: 'Search is slow',
        body: 'Looking.',
        components: [{ key: 'search', status: 'degraded_performance' }],
      },
    })
    expect(again.status).toBe(201)
    await eventually('the other subscriber hears of it', async () =>
      (await textsTo('+14155550123')).some((text) => text.includes('Search is slow')),
    )
    const after = (await (
      await fetch(`${service.url}/sandbox/messages.json?to=ada@example.com`)
    ).json()) as { messages: unknown[] }
    expect(after.messages).toHaveLength(told.messages.length)
  }, 150_000)
})

describe('the page', () => {
  test('turns by itself in front of a reader, without a reload', async () => {
    const reader = await visitor()
    await reader.clock.install()
    await reader.goto('/')
    const posted = await service.api('/api/admin/incidents', {
      method: 'POST',
      body: {
        name: 'Mails are late',
        body: 'We see it.',
        components: [{ key: 'order-mail', status: 'degraded_performance' }],
        notify: false,
      },
    })
    expect(posted.status).toBe(201)
    await eventually('the page shows it', async () => {
      await reader.clock.runFor(31_000)
      return (await reader.locator('main').innerText()).includes('Mails are late')
    })
  }, 60_000)

  test.each([
    ['light', 360],
    ['dark', 360],
    ['light', 1280],
  ] as const)(
    'in %s at %i px has no horizontal scroll and no foreign request',
    async (colorScheme, width) => {
      const reader = await visitor({ colorScheme, viewport: { width, height: 800 } })
      const requests: string[] = []
      reader.on('request', (request) => requests.push(request.url()))
      await reader.goto('/')
      const overflow = await reader.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow).toBeLessThanOrEqual(0)
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([`${service.url}/`])
    },
  )
})
