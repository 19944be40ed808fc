import { eq } from 'drizzle-orm'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR, SECOND } from '../../api/domain/time.ts'
import { subscribers } from '../../db/schema.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, signedIn } from '../support/looking.ts'
import { servedWorld, type Served } from '../support/http.ts'
import { listen, type Listening } from '../support/listen.ts'
import { shop, subscribePeople } from '../support/shop.ts'
import { tick } from '../support/telling.ts'

let w: Served
let server: Listening
let browser: Browser

beforeAll(async () => {
  w = await servedWorld()
  server = await listen((request) => w.app.fetch(request))
  browser = await launchChromium()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await w?.[Symbol.asyncDispose]()
})

/** All that was begun has ended, and what was counted before is counted anew. */
async function settled(): Promise<void> {
  await w.settled()
  w.clock.advance(SECOND)
}

test('a provider refuses all day; the operator sees who was not told and why, sends again, and everybody is told', async () => {
  await subscribePeople(w.deps, 200)
  const people = await w.deps.db.select().from(subscribers)
  for (const { seq } of people.slice(0, 10))
    await w.deps.db
      .update(subscribers)
      .set({ address: `two,at once${seq}@example.com` })
      .where(eq(subscribers.seq, seq))
  w.post.sandbox.faults.set('resend', 'auth_refused', null)

  const operator = await signedIn(browser, server.url)
  await operator.getByText('Open an incident').click()
  const form = operator.locator('#form-incidents')
  await form.locator(`[name="component:${shop.checkout}"]`).selectOption('major_outage')
  await form.locator('[name=name]').fill('Checkout is down')
  await operator.getByRole('button', { name: 'Publish and tell 200 by mail' }).click()
  await operator.waitForURL('**/operator#incident-*')
  await settled()

  await operator.reload()
  await operator.getByText('resend does not take our messages').waitFor()
  await operator.getByText('200 messages wait').locator('..').getByText('Look').click()
  await operator.getByText('0 of 200 told').waitFor()
  const telling = operator.url()
  await operator.getByText('Stop telling', { exact: true }).click()
  await operator.getByText('0 have been told. 200 have not, and won’t be.').waitFor()

  w.clock.advance(25 * HOUR)
  await tick(w.deps)
  await settled()
  w.post.sandbox.faults.clear()

  const morning = await signedIn(browser, server.url)
  await morning.clock.install()
  await morning.goto(telling)
  await morning.getByText('200 not told').waitFor()
  await morning.getByRole('button', { name: /Send again to these 200/ }).click()
  await morning.getByText('200 people are told again.').waitFor()
  await settled()
  await morning.clock.runFor(5_000)
  await morning.getByText('190 of 200 told').waitFor()
  expect(w.post.sandbox.mails.total).toBe(190)

  await morning.getByText('10 people by mail: there is no such address.').waitFor()
  await morning.getByText('See who').click()
  await morning.getByRole('heading', { name: /Who/ }).first().waitFor()
  expect(await morning.locator('#people .row').count()).toBe(10)
  expect(await faultsOf(morning)).toEqual([])
  await morning.locator('#people .row a').first().click()
  await morning.getByText('sent again once').waitFor()
  expect(await faultsOf(morning)).toEqual([])
}, 60_000)

test.each([
  ['light', 360],
  ['dark', 360],
  ['dark', 1280],
] as const)('a telling is read in %s at %i px, without scripts too', async (colorScheme, width) => {
  const viewport = { width, height: 800 }
  const { announcements } = (await (
    await w.api(`/api/admin/incidents`)
  )
    .json()
    .then(async ({ incidents }: any) =>
      (await w.api(`/api/admin/announcements?incident_id=${incidents[0].id}`)).json(),
    )) as { announcements: { id: string }[] }
  const path = `/operator/announcements/${announcements[0]!.id}?channel=email&state=failed&code=validation_error`
  const page = await signedIn(browser, server.url, { colorScheme, viewport })
  await page.goto(path)
  expect(await faultsOf(page)).toEqual([])
  await page.goto('/operator')
  expect(await faultsOf(page)).toEqual([])
  const plain = await signedIn(browser, server.url, { javaScriptEnabled: false, viewport })
  await plain.goto(path)
  expect(await plain.locator('#progress').innerText()).toContain('190 of 200 told')
  expect(await plain.locator('#people .row').count()).toBe(10)
})
