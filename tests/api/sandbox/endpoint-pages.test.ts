import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { canonicalUrl } from '../../../api/domain/url-address.ts'
import { runSandbox, type RunningSandbox } from '../../support/sandbox.ts'

const webhook = 'https://receiver.example/hook?a=b&c=d'
const slack = 'https://hooks.slack.com/services/T0/B0/X'
const teams =
  'https://prod-00.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=x'
const discord = 'https://discord.com/api/webhooks/1/x'
const confirm = 'http://127.0.0.1:3000/subscriptions/confirm?token=t'

let post: RunningSandbox
beforeAll(async () => void (post = await runSandbox()))
beforeEach(() => post.sandbox.clear())
afterAll(() => post.close())

async function send(url: string, body: unknown): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await post.fetch(url, {
    method: 'POST',
    headers: { 'webhook-id': 'a' },
    body: text,
  })
  expect(answer.ok).toBe(true)
}

const page = async (path = '') => (await fetch(`${post.url}/endpoints${path}`)).text()
const pageOf = (url: string) => page(`/${encodeURIComponent(url)}`)

describe('the list', () => {
  test('is empty and says what to try', async () => {
    const list = await page()
    expect(list).toContain('Nothing posted yet.')
    expect(list).toContain('https://receiver.example/echo')
    expect(await pageOf(webhook)).toContain('Nothing posted yet.')
  })

  test('names URLs that can be subscribed', async () => {
    const urls = [...(await page()).matchAll(/<code>(https:[^<]+)</g)].map(([, url]) => url!)
    const channels = ['webhook', 'webhook', 'slack', 'teams', 'discord'] as const
    expect(channels.map((channel, i) => canonicalUrl(channel, urls[i]!))).toEqual(urls)
  })

  test('has a line per URL, the latest first, and its link opens it', async () => {
    await send(webhook, { type: 'incident.created' })
    await send(slack, { text: 'One' })
    await send(slack, { text: '*Two* lines\nof text' })
    const list = await page()
    const hrefs = [...list.matchAll(/href="(\/endpoints\/[^"]+)"/g)].map(([, href]) => href!)
    expect(hrefs.map((href) => decodeURIComponent(href))).toEqual([
      `/endpoints/${slack}`,
      `/endpoints/${webhook}`,
    ])
    expect(list).toContain('Two lines of text')
    expect(list).toContain('incident.created')
    const opened = await (await fetch(post.url + hrefs[1])).text()
    expect(opened).toContain('>https://receiver.example/hook?a=b&amp;c=d</h1>')
    expect(list).toContain('Endpoints <b>3</b>')
  })
})

describe('a webhook', () => {
  test('is pretty JSON with its headers, and its links can be pressed', async () => {
    await send(webhook, { type: 'subscription.challenge', data: { confirm_url: confirm } })
    const shown = await pageOf(webhook)
    expect(shown).toContain('<h2>subscription.challenge</h2>')
    expect(shown).toContain(`&quot;confirm_url&quot;: &quot;<a href="${confirm}">`)
    expect(shown).toContain('webhook-id: a')
  })

  test('that comes again is marked', async () => {
    await send(webhook, {})
    await send(webhook, {})
    expect((await pageOf(webhook)).match(/accepted before/g)).toHaveLength(1)
    expect(await page()).toContain('1 accepted twice')
  })

  test.each([
    ['what is no JSON', 'Hello <b>you</b>', 'Hello &lt;b&gt;you&lt;/b&gt;'],
    ['a number', '1', '<pre>1</pre>'],
    ['deep nesting', '['.repeat(2_000) + ']'.repeat(2_000), '[[[['],
  ])('shows %s as it came', async (_sentence, body, shown) => {
    await send(webhook, body)
    expect(await pageOf(webhook)).toContain(shown)
  })
})

const slackMessage = {
  text: 'for notifications only',
  blocks: [
    { type: 'header', text: { type: 'plain_text', text: 'Checkout &amp; cart are down' } },
    {
      type: 'section',
      text: { type: 'mrkdwn', text: `*Investigating* 2 * 3 <${confirm}|the &lt;page&gt;>` },
    },
    { type: 'section', fields: [{ type: 'mrkdwn', text: '*Checkout*\nMajor outage' }] },
    {
      type: 'context',
      elements: [{ type: 'mrkdwn', text: '<!date^1^{date}|21 Nov> <javascript:alert(1)|x>' }],
    },
    {
      type: 'actions',
      elements: [{ type: 'button', text: { type: 'plain_text', text: 'Confirm' }, url: confirm }],
    },
  ],
  attachments: [
    { color: '#b3261e', title: 'More', title_link: confirm, fields: [{ title: 'T', value: 'V' }] },
  ],
}

const teamsMessage = {
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        type: 'AdaptiveCard',
        body: [
          { type: 'TextBlock', size: 'Large', text: 'Checkout is down' },
          {
            type: 'Container',
            items: [
              { type: 'TextBlock', text: `**Investigating** 1\\. [the \\[page\\]](${confirm})` },
            ],
          },
          {
            type: 'ColumnSet',
            columns: [{ type: 'Column', items: [{ type: 'TextBlock', text: 'Col' }] }],
          },
          { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'Run' }] },
          { type: 'FactSet', facts: [{ title: 'Checkout', value: 'Major outage' }] },
        ],
        actions: [{ type: 'Action.OpenUrl', title: 'Confirm', url: confirm }],
      },
    },
  ],
}

const discordMessage = {
  content: `Look at ${confirm}.`,
  embeds: [
    {
      author: { name: 'The shop' },
      title: 'Checkout is down',
      url: confirm,
      color: 0xb3261e,
      description: `**Investigating** since <t:1795262400:f> [x](javascript:alert)`,
      fields: [{ name: 'Checkout', value: 'Major outage' }],
      footer: { text: 'Corner Shop' },
    },
  ],
  components: [{ type: 1, components: [{ type: 2, style: 5, label: 'Confirm', url: confirm }] }],
}

function nested(depth: number): object {
  return depth === 0 ? { body: [] } : { items: [nested(depth - 1)] }
}

describe('a chat shows its message', () => {
  const linkTo = (label: string) => `<a href="${confirm}">${label}</a>`

  test.each([
    [
      'Slack',
      slack,
      slackMessage,
      [
        '<h3>Checkout &amp; cart are down</h3>',
        `<strong>Investigating</strong> 2 * 3 ${linkTo('the &lt;page&gt;')}`,
        '<strong>Checkout</strong>\nMajor outage',
        '21 Nov x',
        `<p class="buttons">${linkTo('Confirm')}</p>`,
        'border-left-color: #b3261e',
        `<h3>${linkTo('More')}</h3>`,
        '<dt>T</dt>',
      ],
    ],
    [
      'Teams',
      teams,
      teamsMessage,
      [
        '<h3>Checkout is down</h3>',
        `<strong>Investigating</strong> 1. ${linkTo('the [page]')}`,
        '<p>Col</p>',
        '<p>Run</p>',
        '<dt>Checkout</dt>',
        '<dd>Major outage</dd>',
        `<p class="buttons">${linkTo('Confirm')}</p>`,
      ],
    ],
    [
      'Discord',
      discord,
      discordMessage,
      [
        `<p>Look at ${linkTo(confirm)}.</p>`,
        `<h3>${linkTo('Checkout is down')}</h3>`,
        '<strong>Investigating</strong> since 2026-11-21 12:00 UTC x',
        '<dd>Major outage</dd>',
        '<p>The shop</p>',
        '<p>Corner Shop</p>',
        'border-left-color: #b3261e',
        `<p class="buttons">${linkTo('Confirm')}</p>`,
      ],
    ],
  ])('%s', async (_sentence, url, message, shown) => {
    await send(url, message)
    const markup = (await pageOf(url)).replace(/>\s+</g, '><')
    for (const part of shown) expect(markup).toContain(part.replace(/>\s+</g, '><'))
    expect(markup).not.toContain('href="javascript:')
    expect(markup).toContain('<summary>JSON</summary>')
  })

  test('with a text alone where Slack gets no blocks', async () => {
    await send(slack, { text: 'Hello &lt;you&gt;' })
    expect(await pageOf(slack)).toContain('<p>Hello &lt;you&gt;</p>')
  })

  test.each([
    ['lists that are none', teams, { attachments: { content: {} } }],
    [
      'parts that are none',
      discord,
      { content: 'x', embeds: [null, 1, 'x', []], components: [{}] },
    ],
    [
      'texts that are none',
      slack,
      { text: 'x', attachments: [{ text: 7, fields: [{}], color: '#12;x' }] },
    ],
    ['a card in a card without end', teams, { attachments: [{ content: nested(2000) }] }],
    ['brackets without end', discord, { content: '[**<'.repeat(500) }],
    ['a moment beyond all calendars', discord, { content: '<t:99999999999>' }],
  ])('%s: the page is still shown', async (_sentence, url, message) => {
    await send(url, message)
    const answer = await fetch(`${post.url}/endpoints/${encodeURIComponent(url)}`)
    expect(answer.status).toBe(200)
    expect(await answer.text()).not.toContain('#12;x"')
  })
})

test('nothing of a post is shown as its own markup', async () => {
  const evil = '"><script>alert(1)</script>'
  const inTexts = JSON.parse(
    JSON.stringify([slackMessage, teamsMessage, discordMessage], (key, value: unknown) =>
      typeof value === 'string' && !['type', 'contentType'].includes(key) ? evil + value : value,
    ),
  ) as object[]
  const urls = [slack, teams, discord].map(
    (url) => `${url}${url.includes('?') ? '&' : '?'}e=${evil}`,
  )
  for (const [index, url] of urls.entries()) await send(url, inTexts[index])
  await send(`https://receiver.example/?${evil}`, { type: evil, data: evil })
  const addresses = post.sandbox.posts.all().map(({ to }) => to)
  expect(addresses).toHaveLength(4)
  for (const shown of [await page(), ...(await Promise.all(addresses.map(pageOf)))]) {
    expect(shown).not.toContain('<script')
    expect(shown).toContain('&lt;script&gt;')
  }
  expect(await pageOf(evil)).not.toContain('<script')
})
