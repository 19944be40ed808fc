import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raise } from '../../../api/actions/alerts/raising.ts'
import { publishDue } from '../../../api/actions/publishing/publish.ts'
import { alerts, alertSources } from '../../../db/schema.ts'
import { servedWorld, type Served } from '../../support/http.ts'
import { adminKey } from '../../support/service.ts'
import { shop } from '../../support/shop.ts'

let served: Served
let cookie = ''

beforeAll(async () => {
  served = await servedWorld()
  const answer = await served.form('/operator/sign-in', { key: adminKey })
  cookie = answer.headers.get('set-cookie')!.split(';')[0]!
})
afterAll(() => served.dispose())

const open = async (path: string) => {
  const request = new Request(`http://status.example${path}`, { headers: { cookie } })
  const answer = await served.app.fetch(request)
  return {
    status: answer.status,
    html: (await answer.text()).replaceAll(/ data-astro-cid-\w+(="true")?/g, ''),
  }
}
const send = (path: string, fields: Record<string, string>) => served.form(path, fields, { cookie })
const down = (key: string) =>
  served.deps.db.write(
    raise(served.deps, {
      source: 'probe',
      dedupeKey: key,
      eventType: 'probe.down',
      severity: 'critical',
      title: `${key} is down`,
      detail: 'HTTP 503',
      componentId: shop.checkout,
    }),
  )

test('nobody sees the pages without a session', async () => {
  for (const path of ['/operator/alerts', '/operator/alert-sources']) {
    const answer = await served.app.fetch(new Request(`http://status.example${path}`))
    expect(answer.headers.get('location')).toBe('/operator/sign-in')
  }
})

describe('alerts', () => {
  test('stand on the console with what they are about and how often they were seen', async () => {
    await down('Checkout')
    served.clock.advance(60_000)
    await down('Checkout')
    const { html } = await open('/operator')
    expect(html).toContain(
      'Critical, open, 13:00 CET, 1 min ago · Shop - Checkout · from our probes · seen 2 times, last 13:01 CET',
    )
    expect(html).toContain('All alerts (1 is live)')
  })

  test('are acknowledged on the console, and resolved with a reason on their page', async () => {
    const [alert] = await served.deps.db.select().from(alerts)
    const path = `/operator/alerts/${alert!.id}`
    const taken = await send(path, { status: 'acknowledged' })
    expect(taken.headers.get('location')).toBe('/operator')
    const done = await send(path, { status: 'resolved', reason: 'a <disk> was full', on: 'alerts' })
    expect(done.headers.get('location')).toBe('/operator/alerts')
    expect((await open('/operator/alerts')).html).toContain('Nothing like this.')
    const { html } = await open('/operator/alerts?status=resolved&severity=&source=probe')
    expect(html).toContain('Acknowledged by tester')
    expect(html).toContain('Reason: a &lt;disk&gt; was full')
    expect(html).toContain('<option value="resolved" selected>')
    expect(html).not.toContain('name="reason"')
  })

  test('that somebody else has resolved are refused in words', async () => {
    const [alert] = await served.deps.db.select().from(alerts)
    const answer = await send(`/operator/alerts/${alert!.id}`, { status: 'resolved', on: 'alerts' })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('this alert is already resolved')
  })

  test('a filter that nobody offers is refused', async () => {
    expect((await open('/operator/alerts?status=closed')).status).toBe(422)
  })

  test('lead to where another system shows them, but never by a script', async () => {
    const url = 'https://grafana.example/d/1?a=1&b=2'
    await served.deps.db.write(
      raise(served.deps, {
        source: 'grafana',
        dedupeKey: 'slow',
        eventType: 'slow',
        severity: 'warning',
        title: '"><script>alert(1)</script>',
        detail: '<img src=x onerror=alert(1)>',
        url,
      }),
    )
    const { html } = await open('/operator/alerts')
    expect(html).toContain('<a href="https://grafana.example/d/1?a=1&amp;b=2" rel="noreferrer">')
    // Within an attribute the quote is what must not come through.
    const text = html.replaceAll('&quot;><script>alert(1)</script>', '')
    expect(text).not.toMatch(/<script>alert|<img src=x/)
  })
})

describe('alert sources', () => {
  const jobs = { key: 'jobs', name: 'Nightly jobs', kind: 'generic', component: 'checkout' }

  test('are added, and the secret is shown once, with an example to paste', async () => {
    const answer = await send('/operator/alert-sources', { ...jobs, form_key: 'once' })
    expect(answer.status).toBe(200)
    const html = await answer.text()
    const [secret] = /whsec_[\w+/=]+/.exec(html.replaceAll('&#61;', '='))!
    expect(html).toContain('The secret of Nightly jobs')
    expect(html).toContain('http://status.example/hooks/alerts/jobs')
    expect((await open('/operator/alert-sources')).html).not.toContain('whsec_')
    const again = await send('/operator/alert-sources', { ...jobs, form_key: 'once' })
    expect((await again.text()).includes(secret)).toBe(true)
    expect(await served.deps.db.$count(alertSources)).toBe(1)
  })

  test('say when they were last heard of', async () => {
    expect((await open('/operator/alert-sources')).html).toContain('Nothing received yet')
    await served.deps.db.update(alertSources).set({ lastReceivedAt: served.clock.now() })
    served.clock.advance(60_000)
    expect((await open('/operator/alert-sources')).html).toContain(
      'Last received 21 Nov 2026, 13:01 CET, 1 min ago',
    )
  })

  test('come back with what was typed when they are refused, but never with a secret', async () => {
    const answer = await send('/operator/alert-sources', {
      ...jobs,
      name: 'Other jobs',
      secret: 'a-secret-that-was-typed',
    })
    expect(answer.status).toBe(409)
    const html = await answer.text()
    expect(html).toContain('value="Other jobs"')
    expect(html).toContain('there is an alert source')
    expect(html).not.toContain('a-secret-that-was-typed')
  })

  test('get the secret that Sentry made, a new one of ours, or are removed', async () => {
    await send('/operator/alert-sources', { key: 'sentry', name: 'Sentry', kind: 'sentry' })
    expect((await open('/operator/alert-sources')).html).toContain('It has no secret yet')
    await send('/operator/alert-sources/sentry/secret', { secret: 'the-secret-of-sentry' })
    expect((await open('/operator/alert-sources')).html).not.toContain('It has no secret yet')
    const rotated = await send('/operator/alert-sources/jobs/rotate', {})
    expect(await rotated.text()).toContain('whsec_')
    const removed = await send('/operator/alert-sources/jobs/remove', {})
    expect(removed.headers.get('location')).toBe('/operator/alert-sources')
    expect((await served.deps.db.select().from(alertSources)).map(({ key }) => key)).toEqual([
      'sentry',
    ])
  })
})

test('the console asks itself whether the page is true', async () => {
  await publishDue(served.deps)
  expect((await open('/operator')).html).toContain('Yes: what it says and what is known agree.')
  await served.api('/api/admin/incidents', {
    method: 'POST',
    body: {
      name: 'Checkout is slow',
      body: 'We are looking into it.',
      components: [{ key: 'checkout', status: 'partial_outage' }],
      next_update_at: new Date(served.clock.now() + 60_000).toISOString(),
    },
  })
  await served.settled()
  await publishDue(served.deps)
  served.clock.advance(120_000)
  const { html } = await open('/operator')
  expect(html).toContain('Not quite: 1 thing differs.')
  expect(html).toMatch(/“Checkout is slow” promised an update by .{20,40}\./)
  expect(html).toMatch(/<a href="\/operator#incident-\w{12}">Mend it<\/a>/)
})
