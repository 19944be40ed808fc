import { Hono, type Context } from 'hono'
import { disturb } from '../disturb.ts'
import type { Faults } from '../faults.ts'
import { postChannels, type Mailbox, type Post, type PostChannel } from '../mailbox.ts'
import type { SandboxOptions } from '../options.ts'
import { answers } from './answers.ts'
import { snowflake } from './discord.ts'
import { addressOf, channelOf } from './hosts.ts'

export type EndpointsDesk = {
  options: SandboxOptions
  posts: Mailbox<Post>
  faults: Faults
  stopped: AbortSignal
}

const longestBody = 1_000_000

/** Everybody's URLs: `/<the encoded URL>` is answered as whoever is there would. */
export function endpointsApi(desk: EndpointsDesk): Hono {
  const app = new Hono()
  const disturbances = new Map(
    postChannels.map((channel) => [
      channel,
      disturb(channel, desk.faults, answers[channel].wording, desk.stopped),
    ]),
  )
  app.use('/:url', (c, next) => {
    const url = urlIn(c)
    if (url === null) return Promise.resolve(c.text('The path must be an encoded https URL.', 404))
    return disturbances.get(channelOf(url))!(c, next)
  })
  app.post('/:url', (c) => receive(c, desk))
  app.all('/:url', (c) => c.text('Only POST is taken.', 405, { allow: 'POST' }))
  return app
}

function urlIn(c: Context): URL | null {
  const url = URL.parse(c.req.param('url') ?? '')
  return url?.protocol === 'https:' ? url : null
}

async function receive(c: Context, desk: EndpointsDesk): Promise<Response> {
  const url = urlIn(c)!
  const text = await c.req.text()
  if (text.length > longestBody) return c.text('The body is too long.', 413)
  const channel = channelOf(url)
  const post = toPost(c.req.raw.headers, url, channel, text, desk.options.clock.now())
  const response = answers[channel].answer(text, url, post.id)
  if (response.ok) desk.posts.add(post)
  return response
}

/** Of the hop from our own process to this wire, not of the request. */
const ofTheHop = new Set(['connection', 'host', 'transfer-encoding'])

function toPost(headers: Headers, url: URL, channel: PostChannel, text: string, at: number) {
  const carried = [...headers].filter(([name]) => !ofTheHop.has(name))
  return {
    id: channel === 'discord' ? snowflake(at) : crypto.randomUUID(),
    channel,
    from: headers.get('user-agent') ?? '',
    to: addressOf(url),
    text,
    delivery: headers.get('webhook-id'),
    accepted_at: at,
    headers: { host: url.host, ...Object.fromEntries(carried) },
  }
}
