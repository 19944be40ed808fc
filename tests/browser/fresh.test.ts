import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { render } from '../support/site.ts'
import { generatedAt, quietHome } from '../site/fixtures.ts'
import { fixtureApi } from '../site/read.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

/** A page that is kept open for minutes, by a clock that we move; what answers it may fall silent, or grow old. */
async function opened(given: { javaScriptEnabled?: boolean } = {}) {
  const answering = {
    isUp: true,
    date: new Date(Date.parse(generatedAt) + 60_000),
    home: quietHome,
  }
  const server = createServer(async (request, answer) => {
    if (!answering.isUp) return answer.destroy()
    const api = fixtureApi({ home: answering.home })
    const page = await render(request.url!, { fetch: async (url: URL) => api.request(url.href) })
    answer.writeHead(page.status, {
      ...Object.fromEntries(page.headers),
      date: answering.date.toUTCString(),
    })
    return answer.end(await page.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const context = await browser.newContext({ timezoneId: 'Asia/Tokyo', ...given })
  const page = await context.newPage()
  await page.clock.install({ time: '2030-01-01T00:00:00Z' })
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const pass = async (seconds: number) => {
    const answered = page.waitForEvent('requestfinished', { timeout: 5000 }).catch(() => undefined)
    await page.clock.runFor(seconds * 1000)
    if (answering.isUp) await answered
  }
  return {
    page,
    answering,
    pass,
    live: page.locator('#live'),
    async [Symbol.asyncDispose]() {
      await context.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

test('one lost answer is no news, a minute of silence is, and an answer ends it', async () => {
  await using reader = await opened()
  reader.answering.isUp = false
  await reader.pass(31)
  expect(await reader.live.textContent()).toBe('')
  await reader.pass(30)
  await expect
    .poll(() => reader.live.textContent())
    .toBe('We cannot reach this service right now. This is the state of 01:00 CET.')
  reader.answering.isUp = true
  await reader.pass(30)
  await expect.poll(() => reader.live.textContent()).toBe('')
})

test('a page that nobody publishes any more says how old it is, whatever the reader’s clock', async () => {
  await using reader = await opened()
  await reader.pass(31)
  expect(await reader.live.textContent()).toBe('')
  reader.answering.date = new Date(Date.parse(generatedAt) + 20 * 60_000)
  await reader.pass(31)
  await expect.poll(() => reader.live.textContent()).toContain('This is the state of 03:05 CET.')
  const now = new Date(Date.parse(generatedAt) + 25 * 60_000).toISOString()
  reader.answering.home = { ...quietHome, generated_at: now }
  await reader.pass(31)
  await expect.poll(() => reader.live.textContent()).toBe('')
})

test('without JavaScript the page says what time it tells of', async () => {
  await using reader = await opened({ javaScriptEnabled: false })
  expect(await reader.page.locator('main time').first().textContent()).toContain(
    '21 Nov 2026, 03:05 CET',
  )
})
