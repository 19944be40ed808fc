import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProbe } from '../../api/actions/probes/probes.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, signedIn } from '../support/looking.ts'
import { servedWorld, type Served } from '../support/http.ts'
import { listen, type Listening } from '../support/listen.ts'
import { broken, checks, scripted } from '../support/probed.ts'

let w: Served
let server: Listening
let browser: Browser
const script = scripted()
const url = 'https://shop.example/health'

beforeAll(async () => {
  w = await servedWorld()
  w.deps.probers = script.probers
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

/** Goes on by the Tab key until it stands on what is called so, by name, id or words. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let steps = 0; steps < 90; steps++) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    if ((await focused.count()) === 0) continue
    const called = [
      await focused.getAttribute('name'),
      await focused.getAttribute('id'),
      (await focused.innerText().catch(() => '')).trim().split('\n')[0],
    ]
    if (called.includes(wanted)) return
  }
  throw new Error(`the Tab key does not reach ${wanted}`)
}

async function press(page: Page, words: string): Promise<void> {
  await tabTo(page, words)
  await page.keyboard.press('Enter')
}

async function type(page: Page, field: string, text: string): Promise<void> {
  await tabTo(page, field)
  await page.keyboard.type(text)
}

describe('without scripts and by the keyboard alone', () => {
  test.each<[string, string, [field: string, text: string][], object]>([
    ['http', 'Website or API', [['url', url]], { url }],
    ['tcp', 'TCP port', [['host', 'mail.example'], ['port', '25']], { port: 25 }], // prettier-ignore
    ['dns', 'DNS record', [['name', 'shop.example'], ['record_type', 'MX']], { record_type: 'MX' }], // prettier-ignore
    ['tls', 'Certificate', [['host', 'shop.example']], { port: 443 }],
    ['heartbeat', 'Job that calls us', [['every_ms', '1 day']], { every_ms: 86_400_000 }],
    ['metric', 'Figure that is sent to us', [['down_above', '5']], { down_above: 5 }],
  ])('a probe by %s is made', async (kind, words, fields, question) => {
    const page = await withoutScripts()
    await page.goto('/operator/probes')
    await press(page, 'New probe')
    await page.waitForURL('**/operator/probes/new')
    await press(page, words)
    await page.waitForURL(`**/operator/probes/new/${kind}`)
    for (const [field, text] of fields) await type(page, field, text)
    await type(page, 'component', 'Checkout')
    await press(page, 'Make the probe')
    await page.waitForURL('**/operator/probes/*?made')
    await page.getByRole('heading', { name: `checkout-${kind}` }).waitFor()
    expect((await findProbe(w.deps, `checkout-${kind}`)).question).toMatchObject(question)
    await page.context().close()
  })

  test('a mistake leads to its field, which says what is allowed', async () => {
    const page = await withoutScripts()
    await page.goto('/operator/probes/new/http')
    await type(page, 'url', url)
    await type(page, 'component', 'Search')
    await press(page, 'How often, and when it is believed')
    await type(page, 'interval_ms', '10 ms')
    await press(page, 'Make the probe')
    const alert = page.getByRole('alert')
    await alert.getByText('Nothing was saved').waitFor()
    expect(await page.locator(':focus').getAttribute('role')).toBe('alert')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL('**#field-interval_ms')
    const field = page.locator('#field-interval_ms')
    expect(await field.isVisible()).toBe(true)
    expect(await field.inputValue()).toBe('10 ms')
    expect(await page.locator('#field-interval_ms-error').innerText()).toBe('must be 1 s to 1 day')
    expect(await page.locator('#field-url').inputValue()).toBe(url)
    await field.fill('1 min')
    await press(page, 'Make the probe')
    await page.waitForURL('**/operator/probes/*?made')
    await page.context().close()
  })

  test('a question is tried, kept as it was typed, and then saved', async () => {
    const page = await withoutScripts()
    script.answers.set(`${url}?tried`, broken)
    await page.goto('/operator/probes/new/http')
    await type(page, 'url', `${url}?tried`)
    await press(page, 'Try it now')
    await page.getByText('Bad answer, in 80 ms, status 503').waitFor()
    expect(await page.locator('#field-url').inputValue()).toBe(`${url}?tried`)
    script.answers.delete(`${url}?tried`)
    await press(page, 'Try it now')
    await page.getByText('Good answer, in 120 ms, status 200').waitFor()
    await type(page, 'component', 'Search')
    await press(page, 'Make the probe')
    await page.waitForURL('**/operator/probes/*?made')
    await page.context().close()
  })

  test('a probe is paused only on purpose, and resumed', async () => {
    const { id } = await findProbe(w.deps, 'checkout-http')
    const page = await withoutScripts()
    await page.goto(`/operator/probes/${id}`)
    await press(page, 'Pause')
    expect((await findProbe(w.deps, id)).paused).toBe(false)
    await press(page, 'Pause this probe')
    await page.getByText('It asks nothing and has no say in the status.').waitFor()
    expect((await findProbe(w.deps, id)).paused).toBe(true)
    await press(page, 'Resume')
    await page.getByText('Not known yet').waitFor()
    expect((await findProbe(w.deps, id)).paused).toBe(false)
    await page.context().close()
  })

  test('an address is given up only on purpose', async () => {
    const { id } = await findProbe(w.deps, 'checkout-heartbeat')
    const page = await withoutScripts()
    await page.goto(`/operator/probes/${id}`)
    const address = () => page.locator('#address code').innerText()
    const first = await address()
    await press(page, 'New address')
    expect(await address()).toBe(first)
    await press(page, 'Make a new address')
    await page.waitForURL('**#address')
    expect(await address()).not.toBe(first)
    await page.context().close()
  })

  test('a rotated secret says how long the one before works, and ends it at once', async () => {
    await w.api('/api/admin/alert-sources', {
      method: 'POST',
      body: { key: 'jobs', name: 'Jobs', kind: 'generic' },
    })
    const page = await withoutScripts()
    await page.goto('/operator/alert-sources')
    await press(page, 'New secret')
    await press(page, 'Make a new secret')
    await page.getByText('It is shown this once.').waitFor()
    await page.getByText('The secret before works until 22 Nov 2026').waitFor()
    await press(page, 'End it now')
    await page.waitForURL('**#source-jobs')
    expect(await page.getByText('The secret before works').count()).toBe(0)
    await page.context().close()
  })
})

beforeAll(async () => {
  for (const probe of [
    { key: 'seen', component: 'checkout', url: `${url}?seen`, degraded_ms: 1000 },
    { key: 'seen-job', component: 'checkout', kind: 'heartbeat', every_ms: 3_600_000 },
  ])
    await w.api('/api/admin/probes', { method: 'POST', body: probe })
})

test.each([
  ['light', 360],
  ['dark', 360],
  ['dark', 1280],
] as const)(
  'every page is read in %s at %i px',
  async (colorScheme, width) => {
    script.answers.set(`${url}?seen`, broken)
    await checks(w, 6)
    const page = await signedIn(browser, server.url, {
      colorScheme,
      viewport: { width, height: 800 },
    })
    const { id } = await findProbe(w.deps, 'seen')
    const heartbeat = await findProbe(w.deps, 'seen-job')
    const faults: Record<string, unknown[]> = {}
    for (const path of [
      '/operator',
      '/operator/probes?state=failing',
      '/operator/probes/new',
      '/operator/probes/new/http',
      '/operator/probes/new/metric',
      `/operator/probes/${id}`,
      `/operator/probes/${id}/edit`,
      `/operator/probes/${heartbeat.id}`,
      '/operator/components/checkout0000',
      '/operator/monitoring',
      '/operator/alert-sources',
    ]) {
      await page.goto(path)
      const found = await faultsOf(page)
      if (found.length > 0) faults[path] = found
    }
    await page.goto('/operator/probes/new/http')
    await page.getByLabel('URL').fill('ftp://x.example/')
    await page.getByRole('button', { name: 'Try it now' }).click()
    await page.getByRole('alert').waitFor()
    const refused = await faultsOf(page)
    expect({ faults, refused }).toEqual({ faults: {}, refused: [] })
    await page.context().close()
  },
  60_000,
)
