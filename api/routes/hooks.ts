import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { helpFor } from '../actions/subscribers/helping.ts'
import { recordEvents } from '../actions/sending/receipts.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { problems, routes, type Env } from './openapi.ts'

const received = (type: string) => ({
  200: { description: 'Stored.', content: { [type]: { schema: z.string() } } },
  ...problems('forbidden', 'not_found', 'too_large', 'unavailable'),
})

/** Whoever knows best what is meant for it comes first. */
const ofTwilio = ['twilio-fallback', 'twilio']

/** What providers tell us: 2xx only after it is stored, so that they repeat what we could not keep. */
export function hookRoutes(deps: Deps) {
  const app = routes()

  app.openapi(
    createRoute({
      method: 'post',
      path: '/hooks/resend',
      tags: ['Hooks'],
      summary: 'Receipts of Resend, signed by Svix',
      responses: received('text/plain'),
    }),
    async (c) => {
      await receive(deps, c, ['resend'])
      return c.text('', 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/hooks/twilio/status',
      tags: ['Hooks'],
      summary: 'Receipts of Twilio',
      responses: received('text/plain'),
    }),
    async (c) => {
      await receive(deps, c, ofTwilio)
      return c.text('', 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/hooks/twilio/inbound',
      tags: ['Hooks'],
      summary: 'SMS that people send to us: STOP, START, HELP',
      responses: received('text/xml'),
    }),
    async (c) => {
      const { inbound } = await receive(deps, c, ofTwilio)
      const asking = inbound.find(({ keyword, answered }) => keyword === 'help' && !answered)
      const reply = asking
        ? `<Message>${escapeXml(await helpFor(deps, 'sms', asking.from))}</Message>`
        : ''
      return c.text(`<?xml version="1.0" encoding="UTF-8"?><Response>${reply}</Response>`, 200, {
        'content-type': 'text/xml; charset=utf-8',
      })
    },
  )

  return app
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Takes what one of these providers says, as its own signature proves. */
async function receive(deps: Deps, c: Context<Env>, names: string[]) {
  const senders = names.flatMap((name) => deps.providers.filter((one) => one.name === name))
  if (senders.length === 0)
    throw new DomainError('not_found', `${names.at(-1)} is not configured here`)
  const body = await c.req.text()
  // Signatures cover the public URL; behind a proxy the request's own is another one.
  const { pathname, search } = new URL(c.req.url)
  const url = `${deps.publicUrl}${pathname}${search}`
  for (const provider of senders) {
    const callback = { url, headers: c.req.raw.headers, body }
    const events = await provider.receive(callback, deps.clock.now())
    if (!events) continue
    await recordEvents(deps, provider, events)
    return events
  }
  throw new DomainError('forbidden', 'the signature does not fit')
}
