import { afterAll, beforeAll, expect, test } from 'vitest'
import { resendApiKey, runSandbox, webhookSecret, type RunningSandbox } from './sandbox.ts'
import { adminKey, eventually } from './service.ts'

export type Machine = {
  url: string
  /** Lets every background duty come round once, where that does not happen by itself. */
  beat(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

type Start = (env: Record<string, string>) => Promise<Machine>

/** The main job on one machine, seen from outside, with mail that really goes over the wire. */
export function testMachine(start: Start): void {
  let machine: Machine
  let post: RunningSandbox

  beforeAll(async () => {
    post = await runSandbox({ webhookUrl: () => machine.url })
    machine = await start({
      RESEND_API_KEY: resendApiKey,
      RESEND_BASE_URL: `${post.url}/resend`,
      RESEND_WEBHOOK_SECRET: webhookSecret,
    })
  }, 120_000)

  afterAll(async () => {
    await machine?.[Symbol.asyncDispose]()
    await post?.close()
  })

  const api = (path: string, body?: unknown) =>
    fetch(machine.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  /** Beats until something has come about. */
  const afterBeats = <T>(what: string, look: () => Promise<T | false | undefined>) =>
    eventually(what, async () => {
      await machine.beat()
      return look()
    })

  test('after a beat the page comes from the store, complete and with a tag', async () => {
    const page = await afterBeats('the page is published', async () => {
      const response = await fetch(machine.url)
      return response.ok && response
    })
    expect(await page.text()).toContain('Corner Shop')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const etag = page.headers.get('etag')!
    const again = await fetch(machine.url, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
  })

  test('summary.json says that all is well, to scripts of any origin', async () => {
    const response = await fetch(`${machine.url}/api/v2/summary.json`)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const summary = (await response.json()) as Summary
    expect(summary.page.name).toBe('Corner Shop')
    expect(summary.page.url).toBe(machine.url)
    expect(summary.status.indicator).toBe('none')
  })

  test('an unknown path is answered with the page that says so', async () => {
    const text = await afterBeats('there is a page for it', async () => {
      const response = await fetch(`${machine.url}/nowhere`, { headers: { accept: 'text/html' } })
      // Until the first publication is complete it is early to say that anything is missing.
      if (response.status === 503) return false
      expect(response.status).toBe(404)
      return response.headers.get('content-type')?.includes('html') && response.text()
    })
    expect(text).toContain('Corner Shop')
  })

  test('the probes have asked the shop', async () => {
    const states = await afterBeats('all probes are up', async () => {
      const { components } = (await (await api('/api/admin/console')).json()) as Console
      const states = components.flatMap(({ probes }) => probes.map(({ state }) => state))
      return states.every((state) => state === 'up') && states
    })
    expect(states.length).toBe(4)
  })

  test('an incident is opened by key, published, and told by mail to who has confirmed', async () => {
    const address = 'ada@example.com'
    const mails = () => post.sandbox.mails.all().filter(({ to }) => to === address)
    const subscribed = await api('/api/subscribers', { channel: 'email', address })
    expect(subscribed.status).toBe(202)
    const confirmation = await afterBeats('the mail to confirm', async () => mails()[0])
    const [link] = /http\S+\/subscriptions\/confirm\?token=[\w.-]+/.exec(confirmation.text)!
    expect((await fetch(link, { method: 'POST' })).status).toBe(200)

    const opened = await api('/api/admin/incidents', {
      name: 'Checkout is down',
      body: 'We are looking into it.',
      components: [{ key: 'checkout', status: 'major_outage' }],
    })
    expect(opened.status).toBe(201)
    const incident = (await opened.json()) as { id: string }

    await eventually('the page turns', async () => {
      const response = await fetch(`${machine.url}/api/v2/summary.json`)
      const { status, incidents } = (await response.json()) as Summary
      return status.indicator !== 'none' && incidents.some(({ id }) => id === incident.id)
    })
    await eventually('the incident has a page', async () => {
      const page = await fetch(`${machine.url}/incidents/${incident.id}`)
      return (await page.text()).includes('We are looking into it.')
    })

    const told = await afterBeats('the mail of the incident', async () => mails()[1])
    expect(told.text).toContain('Checkout is down')
    expect(told.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
    const telling = await afterBeats('the receipt', async () => {
      const answer = await api(`/api/admin/announcements?incident_id=${incident.id}`)
      const { announcements } = (await answer.json()) as Announcements
      return announcements[0]?.states['delivered'] === 1 && announcements[0]
    })
    expect(telling).toMatchObject({ total: 1, done: true })
    expect(mails().length).toBe(2)
  })

  test('it is ready, and a request without key is refused', async () => {
    const { duties } = await afterBeats('it is ready', async () => {
      const response = await fetch(`${machine.url}/ready`)
      return response.ok && ((await response.json()) as { duties: { error: string | null }[] })
    })
    expect(duties.map(({ error }) => error)).toEqual(duties.map(() => null))
    const refused = await fetch(`${machine.url}/api/admin/incidents`, { method: 'POST' })
    expect(refused.status).toBe(401)
  })
}

type Summary = {
  page: { name: string; url: string }
  status: { indicator: string }
  incidents: { id: string }[]
}
type Console = { components: { probes: { state: string }[] }[] }
type Announcements = {
  announcements: { total: number; done: boolean; states: Record<string, number> }[]
}
