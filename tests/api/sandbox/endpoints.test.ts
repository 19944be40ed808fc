import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../support/listen.ts'
import { runSandbox, type RunningSandbox } from '../../support/sandbox.ts'

const webhook = 'https://receiver.example/hook'
const slack = 'https://hooks.slack.com/services/T0/B0/X'
const teams =
  'https://prod-00.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=x'
const discord = 'https://discord.com/api/webhooks/1/x'

let post: RunningSandbox
beforeAll(async () => void (post = await runSandbox()))
beforeEach(() => post.sandbox.clear())
afterAll(() => post.close())

function send(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return post.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Allclear/1' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })
}

async function json(path: string): Promise<{ messages: object[] }> {
  return (await fetch(post.url + path)).json() as Promise<{ messages: object[] }>
}

const card = { type: 'message', attachments: [] }

describe('everybody answers as they do on the wire', () => {
  test.each([
    ['a receiver of webhooks', webhook, {}, 200, 'ok'],
    ['Slack', slack, { text: 'Hi' }, 200, 'ok'],
    [
      'Slack with fields alone',
      slack,
      { blocks: [{ type: 'section', fields: [{ text: 'a' }] }] },
      200,
      'ok',
    ],
    ['Teams', teams, card, 202, ''],
    ['Discord', discord, { content: 'Hi' }, 204, ''],
    ['Discord over an old host', discord.replace('.com', 'app.com'), { content: 'Hi' }, 204, ''],
    ['a host that only ends like a chat', 'https://notdiscord.com/x', '', 200, 'ok'],
    ['a host with a dot at its end', slack.replace('.com', '.com.'), { text: 'Hi' }, 200, 'ok'],
  ])('%s', async (_sentence, url, body, status, said) => {
    const answer = await send(url, body)
    expect([answer.status, await answer.text()]).toEqual([status, said])
    expect(post.sandbox.posts.total).toBe(1)
  })

  test('Discord says the id to those who wait, and it is still the same address', async () => {
    const versioned = discord.replace('/api/', '/api/v10/')
    const answer = await send(`${versioned}?wait=true`, { content: 'Hi' })
    const [{ id, to } = expect.fail()] = post.sandbox.posts.all()
    expect(await answer.json()).toMatchObject({ id, content: 'Hi' })
    expect(id).toMatch(/^\d{17,20}$/)
    expect(to).toBe(discord)
  })

  test.each([
    ['Slack: no JSON', slack, 'Hi', 400, 'invalid_payload'],
    ['Slack: nothing to say', slack, {}, 400, 'no_text'],
    [
      'Slack: too many blocks',
      slack,
      { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) },
      400,
      '',
    ],
    ['Slack: a header too long', slack, blocks('header', 'x'.repeat(151)), 400, 'invalid_blocks'],
    ['Slack: a section too long', slack, blocks('section', 'x'.repeat(3001)), 400, 'invalid_'],
    ['Slack: an empty section', slack, blocks('section', ''), 400, 'invalid_blocks'],
    [
      'Slack: an empty text above fields',
      slack,
      { blocks: [{ type: 'section', text: { text: '' }, fields: [{ text: 'a' }] }] },
      400,
      'invalid_blocks',
    ],
    ['Teams: no JSON', teams, 'Hi', 400, 'InvalidRequestContent'],
    ['Teams: too large', teams, { ...card, text: 'x'.repeat(29_000) }, 413, '28 KB'],
    ['Discord: no JSON', discord, '[]', 400, '50109'],
    ['Discord: nothing to say', discord, { content: '' }, 400, '50006'],
    ['Discord: too long', discord, { content: 'x'.repeat(2001) }, 400, '50035'],
    ['Discord: a title too long', discord, embeds({ title: 'x'.repeat(257) }), 400, '50035'],
    [
      'Discord: too long in all',
      discord,
      embeds({ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }),
      400,
      '50035',
    ],
    ['a body beyond all measure', webhook, 'x'.repeat(1_000_001), 413, 'too long'],
  ])('%s is refused', async (_sentence, url, body, status, said) => {
    const answer = await send(url, body)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(said)
    expect(post.sandbox.posts.total).toBe(0)
  })

  test('only POST is taken', async () => {
    expect((await post.fetch(webhook)).status).toBe(405)
    expect(post.sandbox.posts.total).toBe(0)
  })
})

function blocks(type: string, text: string) {
  return { blocks: [{ type, text: { type: 'mrkdwn', text } }] }
}

function embeds(...embeds: object[]) {
  return { embeds }
}

describe('a challenge', () => {
  const challenge = { type: 'subscription.challenge', data: { challenge: 'c0ffee' } }

  test.each([
    ['is answered by a receiver with /echo in its path', '/echo', '{"challenge":"c0ffee"}'],
    ['is answered below /echo', '/echo/status?x=1', '{"challenge":"c0ffee"}'],
    ['is left to people by any other', '/hook?echo', 'ok'],
  ])('%s', async (_sentence, path, said) => {
    expect(await (await send(`https://receiver.example${path}`, challenge)).text()).toBe(said)
  })

  test('is all that is echoed', async () => {
    const answer = await send('https://receiver.example/echo', { data: { other: 'secret' } })
    expect(await answer.text()).toBe('ok')
  })
})

describe('a post', () => {
  test('is kept as it came, with the URL it was for', async () => {
    const url = 'https://receiver.example/a%20b/c%2Fd?e=f%26g&h=%C3%BC#part'
    await send(url, '{"a":"ü"}', { headers: { 'webhook-id': 'msg_1', 'user-agent': 'Allclear/1' } })
    expect(post.sandbox.posts.all()).toMatchObject([
      {
        channel: 'webhook',
        to: 'https://receiver.example/a%20b/c%2Fd?e=f%26g&h=%C3%BC',
        from: 'Allclear/1',
        text: '{"a":"ü"}',
        delivery: 'msg_1',
        duplicates: 0,
        headers: { host: 'receiver.example', 'webhook-id': 'msg_1' },
      },
    ])
  })

  test('is read as JSON by tests, by its URL', async () => {
    await send(`${discord}?wait=true`, { content: 'Hi' })
    await send(webhook, {})
    expect(await json('/messages.json')).toMatchObject({ accepted: { email: 0, sms: 0, post: 2 } })
    const { messages } = await json(`/messages.json?to=${encodeURIComponent(discord)}`)
    expect(messages).toMatchObject([{ channel: 'discord', to: discord, text: '{"content":"Hi"}' }])
  })

  test.each([
    ['a webhook id', webhook, [{ a: 1 }, { a: 2 }], { 'webhook-id': 'msg_1' }, 1],
    ['a body of a chat', slack, [{ text: 'Hi' }, { text: 'Hi' }], {}, 1],
    ['another body of a chat', slack, [{ text: 'Hi' }, { text: 'Ho' }], {}, 0],
  ] as const)(
    '%s at the same URL: told twice %#',
    async (_sentence, url, bodies, headers, twice) => {
      for (const body of bodies) await send(url, body, { headers })
      await send(`${url}/other`, bodies[0], { headers })
      expect(post.sandbox.posts.duplicates).toBe(twice)
      expect(post.sandbox.posts.all().map(({ duplicates }) => duplicates)).toEqual([0, twice, 0])
    },
  )
})

describe('faults', () => {
  test.each([
    ['webhook', webhook, [429, 410, 500, 500]],
    ['slack', slack, [429, 404, 500, 500]],
    ['teams', teams, [429, 404, 500, 500]],
    ['discord', discord, [429, 404, 500, 500]],
  ] as const)(
    'of a %s change its answers, and only the last is accepted',
    async (channel, url, statuses) => {
      const kinds = ['rate_limited', 'gone', 'error_before', 'error_after'] as const
      for (const [index, kind] of kinds.entries()) {
        post.sandbox.faults.set(channel, kind, 1)
        const answer = await send(url, { text: 'Hi', content: 'Hi' })
        expect(answer.status).toBe(statuses[index])
        if (kind === 'rate_limited') expect(answer.headers.get('retry-after')).toBe('1')
        expect(post.sandbox.posts.total).toBe(kind === 'error_after' ? 1 : 0)
      }
    },
  )

  test.each([
    ['hang_before', 0],
    ['hang_after', 1],
  ] as const)('%s leaves the sender waiting, accepted %i', async (kind, accepted) => {
    post.sandbox.faults.set('slack', kind, 1)
    const patience = new AbortController()
    const waiting = send(slack, { text: 'Hi' }, { signal: patience.signal })
    await until(() => post.sandbox.faults.list().length === 0)
    patience.abort()
    await expect(waiting).rejects.toThrow('aborted')
    expect(post.sandbox.posts.total).toBe(accepted)
  })

  test('stay with their channel', async () => {
    post.sandbox.faults.set('slack', 'gone', null)
    expect((await send(webhook, {})).status).toBe(200)
    expect((await send(discord, { content: 'Hi' })).status).toBe(204)
  })

  test('are switched by form', async () => {
    const fields = { provider: 'teams', kind: 'gone', mode: 'always' }
    await fetch(`${post.url}/faults`, { method: 'POST', body: new URLSearchParams(fields) })
    expect(await (await fetch(`${post.url}/faults`)).text()).toContain('until switched off')
    expect((await send(teams, card)).status).toBe(404)
  })
})

describe('the fetch', () => {
  test('takes a Request as well', async () => {
    await post.fetch(new Request(webhook, { method: 'POST', body: 'Hi' }))
    expect(post.sandbox.posts.all()).toMatchObject([{ to: webhook, text: 'Hi' }])
  })

  test.each(['http://receiver.example/', 'data:text/plain,hello', 'ftp://receiver.example/'])(
    'does not take %s',
    async (url) => {
      await expect(send(url, {})).rejects.toThrow('only https')
    },
  )
})
