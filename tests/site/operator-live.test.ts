import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { listen, type Listening } from '../support/listen.ts'
import { calm, outage, showConsole, telling, told } from './operator-fixtures.ts'

let browser: Browser
let server: Listening
let url: string
let view = calm
let signedIn = true
let shown = 0
const posts: { path: string; fields: URLSearchParams }[] = []
/** Whom the forms reach, and what they asked. */
let audience: object | null = null
const questions: { kind: string; components: object[]; severity: string | null }[] = []

/** The same incident, when everybody has been told. */
const further = {
  ...told,
  incidents: told.incidents.map((incident) => ({
    ...incident,
    announcements: [telling({ told: 1000, states: { delivered: 1000 }, done: true })],
  })),
}

const goTo = (path: string) => new Response(null, { status: 303, headers: { location: path } })

/** The console as the routes serve it, over whatever `view` is at the moment. */
async function serve(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname
  if (path === '/api/admin/audience') {
    questions.push((await request.json()) as (typeof questions)[number])
    return audience ? Response.json({ channels: audience }) : new Response(null, { status: 503 })
  }
  if (request.method === 'POST') {
    posts.push({ path, fields: new URLSearchParams(await request.text()) })
    return goTo('/operator')
  }
  if (path === '/operator' && !signedIn) return goTo('/operator/sign-in')
  const html = path === '/operator' ? await showConsole(view, { form_key: `key${++shown}` }) : ''
  return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } })
}

beforeAll(async () => {
  browser = await launchChromium()
  server = await listen(serve)
  url = `${server.url}/operator`
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** Opens the console on a view, with a clock that stands still. */
async function open(first: typeof calm): Promise<Page> {
  view = first
  signedIn = true
  posts.length = 0
  questions.length = 0
  const page = await browser.newPage()
  await page.clock.install()
  await page.goto(url)
  return page
}

/** Lets five seconds go by, and with them one refresh. */
async function turn(page: Page): Promise<void> {
  const refreshed = page.waitForResponse(/\/operator/)
  await page.clock.runFor(5_000)
  await refreshed
}

describe('the console keeps itself fresh', () => {
  test('all of it, while nobody writes', async () => {
    const page = await open(calm)
    view = outage
    await turn(page)
    await page.getByText('A draft waits for you').waitFor()
    expect(await page.title()).toContain('Minor Service Outage')
    expect(await page.locator('[role=status]').textContent()).toBe('Minor Service Outage')
    view = calm
    await turn(page)
    await page.getByText('Nothing needs you now.').waitFor()
    expect(await page.locator('article').count()).toBe(0)
    await page.close()
  })

  test('around a form in which somebody writes', async () => {
    const page = await open(told)
    await page.getByText('Post an update').click()
    const text = page.locator('#form-incidents-incident0001-updates-body')
    await text.fill('Half a sent')
    view = {
      ...further,
      components: calm.components,
      incidents: [
        { ...outage.incidents[0]!, started_at: '2026-11-21T02:04:00.000Z' },
        ...further.incidents,
      ],
    }
    await turn(page)
    await page.getByText('Told 1,000 of 1,000').waitFor()
    await page.keyboard.type('ence')
    expect(await text.inputValue()).toBe('Half a sentence')
    expect(await page.locator('article h3').allTextContents()).toEqual([
      'Checkout answers with errors',
      'Card payments fail',
    ])
    expect(await page.locator('#form-incidents-incident0001-updates').textContent()).toContain(
      'Now: Operational',
    )
    await page.close()
  })

  test('around a form that is open and still empty', async () => {
    const page = await open(told)
    await page.getByText('Post an update').click()
    await page.locator('#form-incidents-incident0001-updates-body').focus()
    view = further
    await turn(page)
    await page.getByText('Told 1,000 of 1,000').waitFor()
    await page.keyboard.type('News')
    expect(await page.locator('#form-incidents-incident0001-updates-body').inputValue()).toBe(
      'News',
    )
    await page.close()
  })

  test('and keeps the words of a form that was closed again', async () => {
    const page = await open(told)
    await page.getByText('Post an update').click()
    await page.locator('#form-incidents-incident0001-updates-body').fill('Not lost')
    await page.getByText('Give the all-clear').first().click()
    await page.getByText('Give the all-clear').first().click()
    await page.locator('h1').click()
    view = { ...further, status: calm.status }
    await turn(page)
    await page.getByRole('heading', { name: 'All Systems Operational' }).waitFor()
    expect(await page.locator('details[name=action][open]').count()).toBe(0)
    expect(await page.locator('#form-incidents-incident0001-updates-body').inputValue()).toBe(
      'Not lost',
    )
    await page.close()
  })

  test('with a fresh key in every form, so that a second update is not taken for the first', async () => {
    const page = await open(told)
    await page.getByText('Post an update').click()
    await page.locator('#form-incidents-incident0001-updates-body').fill('News')
    await turn(page)
    await expect
      .poll(() =>
        page
          .locator('[name=form_key]')
          .evaluateAll((fields) => [
            ...new Set(fields.map((field) => field.getAttribute('value'))),
          ]),
      )
      .toEqual([`key${shown}`])
    await page.close()
  })

  test('and says so when it cannot, or when the session has ended', async () => {
    const page = await open(calm)
    await page.route('**/operator', (route) => route.abort())
    await page.clock.runFor(5_000)
    await page.getByText('could not be refreshed').waitFor()
    await page.unroute('**/operator')
    signedIn = false
    await turn(page)
    await page.getByText('You have been signed out.').waitFor()
    expect(await page.getByText('Sign in in a new tab').isVisible()).toBe(true)
    signedIn = true
    await turn(page)
    await page.getByText('Sign in in a new tab').waitFor({ state: 'hidden' })
    expect(await page.locator('[role=status]').textContent()).toBe('')
    await page.close()
  })
})

test('Enter in a field publishes nothing; the button does, to whom it says', async () => {
  audience = null
  const page = await open(outage)
  await page.getByText('Open an incident').click()
  const name = page.locator('#form-incidents-name')
  await name.fill('Card payments fail')
  await name.press('Enter')
  await page
    .getByRole('button', { name: 'Publish and tell up to 1,204 subscribers' })
    .last()
    .click()
  await page.waitForURL(url)
  expect(posts.map(({ path }) => path)).toEqual(['/operator/incidents'])
  expect(Object.fromEntries(posts[0]!.fields)).toMatchObject({
    name: 'Card payments fail',
    notify: 'on',
    status: 'investigating',
    next_update_min: '30',
    'component:checkout0001': 'partial_outage',
    'component:tracking0001': '',
  })
  await page.close()
})

const openForm = (page: Page) => page.locator('#form-incidents')
const button = (page: Page) => openForm(page).locator('[name=notify][value=on]')

describe('the button of an open form says whom it reaches', () => {
  test('as the choices stand', async () => {
    audience = {
      email: { at_once: 1002, held: 3, digest: 0 },
      sms: { at_once: 1, held: 0, digest: 0 },
      slack: { at_once: 0, held: 0, digest: 2 },
    }
    const page = await open(outage)
    await page.getByText('Open an incident').click()
    await page.getByText('Publish and tell 1,002 by mail, 1 by SMS, 5 later').waitFor()
    await page.getByText('Later: 3 when their quiet hours end, 2 in their daily digest.').waitFor()
    audience = { sms: { at_once: 2, held: 0, digest: 0 } }
    await openForm(page).locator('[name=severity]').selectOption('sev1')
    await page.getByText('Publish and tell 2 by SMS').waitFor()
    expect(await page.getByText('Later:').count()).toBe(0)
    audience = {}
    await openForm(page).locator('[name="component:tracking0001"]').selectOption('major_outage')
    await page.getByText('Publish (nobody wants to hear of this)').waitFor()
    const failing = { id: 'checkout0001', status: 'partial_outage' }
    const body = 'We are investigating this and will post what we find on this page.'
    const about = { kind: 'incident_opened', incident_id: null, impact: null, name: '', body }
    expect(questions).toEqual([
      { ...about, severity: null, components: [failing] },
      { ...about, severity: 'sev1', components: [failing] },
      {
        ...about,
        severity: 'sev1',
        components: [failing, { id: 'tracking0001', status: 'major_outage' }],
      },
    ])
    await page.close()
  })

  test('or how many it might at most, when nothing is chosen or nobody answers', async () => {
    audience = { email: { at_once: 7, held: 0, digest: 0 } }
    const page = await open(outage)
    await page.getByText('Open an incident').click()
    await page.getByText('Publish and tell 7 by mail').waitFor()
    const checkout = openForm(page).locator('[name="component:checkout0001"]')
    await checkout.selectOption('')
    await expect.poll(() => button(page).textContent()).toContain('up to 1,204 subscribers')
    audience = null
    await checkout.selectOption('major_outage')
    await expect.poll(() => questions.length).toBe(2)
    expect(await button(page).textContent()).toContain('up to 1,204 subscribers')
    await page.close()
  })

  test('of an incident by what it says already', async () => {
    audience = { email: { at_once: 7, held: 0, digest: 0 } }
    const page = await open(told)
    await page.getByText('Give the all-clear').first().click()
    await page.getByText('Give the all-clear and tell 7 by mail').waitFor()
    expect(questions).toEqual([
      {
        kind: 'incident_resolved',
        incident_id: 'incident0001',
        components: [],
        severity: null,
        impact: null,
        name: '',
        body: '',
      },
    ])
    await page.close()
  })

  test('and how long it takes, where that is longer than a minute', async () => {
    audience = {
      email: { at_once: 1002, held: 0, digest: 0, remaining_ms: 3_000 },
      sms: { at_once: 10_000, held: 0, digest: 0, remaining_ms: 10_000_000 },
      slack: { at_once: 2, held: 0, digest: 0, remaining_ms: null },
    }
    const page = await open(outage)
    await page.getByText('Open an incident').click()
    await page.getByText('Takes: 10,000 by SMS · about 2 hr 47 min.', { exact: true }).waitFor()
    audience = { email: { at_once: 7, held: 0, digest: 0, remaining_ms: 1_000 } }
    await openForm(page).locator('[name=body]').fill('Shorter.')
    await openForm(page).locator('[name=name]').fill('Payments fail')
    await page.getByText('Publish and tell 7 by mail').waitFor()
    expect(await page.getByText('Takes:').count()).toBe(0)
    expect(questions.at(-1)).toMatchObject({ body: 'Shorter.' })
    await page.close()
  })
})

test('one form is open at a time', async () => {
  const page = await open(told)
  await page.getByText('Post an update').click()
  await page.getByText('Open an incident').click()
  expect(await page.locator('details[name=action][open]').count()).toBe(1)
  await page.close()
})
