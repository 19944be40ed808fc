import { describe, expect, test } from 'vitest'
import { home, incident, labels, quietHome } from './fixtures.ts'
import { read } from './read.ts'

describe('the home page', () => {
  test('says how things are in its heading, its title and its first words', async () => {
    const { status, html } = await read('/')
    expect(status).toBe(200)
    expect(html).toContain('<h1>Partial System Outage</h1>')
    expect(html).toContain('<title>Partial System Outage · Tern Parcels</title>')
    expect(html).toContain('<html lang="en">')
  })

  test('tells an open incident with all of its updates, and where each component went', async () => {
    const { html } = await read('/')
    expect(html).toContain('Card payments fail')
    expect(html).toContain('Identified')
    expect(html).toContain('Major impact')
    expect(html).toContain('about a third')
    expect(html).toContain('Some card payments fail. We are looking into it.')
    expect(html).toContain('Shop - Checkout: from Degraded performance to Partial outage')
  })

  test('names the time of the next update in the zone of the page', async () => {
    const { html } = await read('/')
    expect(html).toMatch(
      /Next update by.*<time datetime="2026-11-21T02:30:00.000Z">21 Nov 2026, 03:30 CET<\/time>/,
    )
  })

  test('admits that an update is overdue', async () => {
    const late = { ...home, incidents: [{ ...incident, next_update_overdue: true }] }
    const { html } = await read('/', { home: late })
    expect(html.replaceAll(/<\/?time[^>]*>/g, '')).toMatch(
      /The next update was due by\s+21 Nov 2026, 03:30 CET\s+and is overdue\./,
    )
    expect(html).not.toContain('Next update by')
  })

  test('keeps all updates of a long incident, the earlier ones folded', async () => {
    const updates = Array.from({ length: 12 }, (_, n) => ({
      ...incident.updates[0]!,
      body: `Word ${n}.`,
    }))
    const { html } = await read('/', { home: { ...home, incidents: [{ ...incident, updates }] } })
    expect(html).toContain('9 earlier updates')
    for (let n = 0; n < 12; n++) expect(html).toContain(`Word ${n}.`)
  })

  test('lists maintenance with its span on one day', async () => {
    const { html } = await read('/')
    expect(html).toContain('Database upgrade')
    expect(html).toMatch(/23 Nov 2026, 02:00 CET<\/time> – <time[^>]*>04:00 CET/)
  })

  test('is calm when nothing is wrong', async () => {
    const { html } = await read('/', { home: quietHome })
    expect(html).toContain('<h1>All Systems Operational</h1>')
    expect(html).not.toContain('Open incidents')
    expect(html).toContain('No incidents reported.')
    expect(html).toContain('Tracking is fast again.')
  })

  test('tells 90 days in words as well as in marks', async () => {
    const { html } = await read('/')
    expect(html).toContain(
      '99.98% uptime over 90 days; 4 days with disruption: 21 November 2026: Partial outage, 53 min; ' +
        '3 November 2026: Partial outage, 12 min; 12 October 2026: Major outage, 1 hr 5 min; Partial outage, 1 min; 1 more day',
    )
    expect(html).toContain('100% uptime over 90 days; no disruption')
    expect(html).toContain('<title>3 November 2026: Partial outage, 12 min</title>')
  })

  test('never rounds an outage away', async () => {
    const { html } = await read('/')
    expect(html).toContain('99.98%')
    expect(html).not.toContain('99.99%')
  })

  test('states the formula of its percentages', async () => {
    const { html } = await read('/')
    expect(html).toContain('a partial outage at 30%')
  })

  test('hides a component that is only shown in trouble, and the group that this empties', async () => {
    const [shop, rest] = quietHome.groups
    const shy = { ...rest!, components: [{ ...labels, only_show_if_degraded: true }] }
    const { html } = await read('/', {
      home: { ...quietHome, groups: [shop!, shy] },
    })
    expect(html).not.toContain('href="/components/labels000001"')
    expect(html).not.toContain('Other components')
  })

  test('offers only the ways of subscribing that are served', async () => {
    const mailOnly = await read('/', {
      home: { ...home, page: { ...home.page, channels: ['email'] } },
    })
    expect(mailOnly.html).toContain('name="channel" value="email"')
    expect(mailOnly.html).not.toContain('value="sms"')
    const none = await read('/', { home: { ...home, page: { ...home.page, channels: [] } } })
    expect(none.html).not.toContain('action="/subscribe"')
  })

  test('asks for consent to SMS at the field, in an unticked box', async () => {
    const { html } = await read('/')
    expect(html).toContain('Msg &amp; data rates may apply. Reply HELP for help, STOP to cancel.')
    expect(html).toMatch(/<input type="checkbox" name="consent" value="yes" required[^>]*>/)
  })

  test('says what time it tells of, and ends with support and zone', async () => {
    const { html } = await read('/')
    expect(html).toMatch(
      /State of <time datetime="2026-11-21T02:05:00.000Z">21 Nov 2026, 03:05 CET/,
    )
    expect(html).toContain('data-as-of="2026-11-21T02:05:00.000Z"')
    expect(html).toContain('mailto:help@tern.example')
    expect(html).toContain('Monday to Friday, 8:00 to 18:00')
    expect(html).toContain('All times are in Europe/Berlin.')
  })

  test('shows only the last word of each of several open incidents', async () => {
    const other = { ...incident, id: 'incident0009' }
    const { html } = await read('/', { home: { ...home, incidents: [incident, other] } })
    expect(html.split('1 earlier update<')).toHaveLength(3)
  })

  test('folds what is well where there is much of it', async () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ ...labels, id: `label${n}` }))
    const [shop] = home.groups
    const groups = [
      shop!,
      { ...shop!, id: 'calm00000001', status: 'operational', components: many },
    ]
    const { html } = await read('/', { home: { ...home, groups } })
    expect(html).toMatch(/<details class="group card" id="group-shop00000001" open/)
    expect(html).toMatch(/<details class="group card" id="group-calm00000001"(?! open)/)
    expect((await read('/')).html).not.toContain('<details class="group')
  })
})
