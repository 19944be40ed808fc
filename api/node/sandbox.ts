import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import type { Config } from '../config.ts'
import { createSandbox } from '../sandbox/sandbox.ts'
import { isLoopback, listen, type Handler } from './listen.ts'

export type NodeSandbox = {
  /** What the environment would say if Resend and Twilio were here. */
  config: Partial<Config>
  /** Answers for the URLs of subscribers, so that nothing posted to them leaves this machine. */
  endpointsUrl: string
  /** Answers the inbox under `/sandbox`, to people on this machine only, and leaves the rest to `handler`. */
  withInbox(handler: Handler): Handler
  stop(): Promise<void>
}

/**
 * Resend, Twilio and the URLs of subscribers on a free port of loopback. They call back at the public URL, as the real ones do; for them it is always
 * this process, whatever the name resolves to.
 */
export async function startSandbox(service: {
  url: string
  publicUrl: string
}): Promise<NodeSandbox> {
  const [sid, token] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
  const keys = {
    resendApiKey: `re_${randomBytes(16).toString('hex')}`,
    twilioAccountSid: `AC${sid}`,
    twilioAuthToken: token,
    webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
  }
  const sandbox = createSandbox({
    ...keys,
    webhookUrl: () => service.publicUrl,
    clock: { now: () => Date.now() },
    fetch: fetchFrom(service),
  })
  const wire = await listen(sandbox.app.fetch, { host: '127.0.0.1', port: 0 })
  const inbox = new Hono().route('/sandbox', sandbox.app)
  return {
    config: {
      RESEND_API_KEY: keys.resendApiKey,
      RESEND_BASE_URL: wire.url + sandbox.resendPath,
      RESEND_WEBHOOK_SECRET: keys.webhookSecret,
      TWILIO_ACCOUNT_SID: keys.twilioAccountSid,
      TWILIO_AUTH_TOKEN: keys.twilioAuthToken,
      TWILIO_BASE_URL: wire.url + sandbox.twilioPath,
      TWILIO_FROM: '+15005550006',
    },
    endpointsUrl: wire.url + sandbox.endpointsPath,
    withInbox: (handler) => (request, bindings) =>
      isForInbox(request) ? inbox.fetch(request) : handler(request, bindings),
    async stop() {
      sandbox.stop()
      wire.cut()
      await wire.stop()
    },
  }
}

/** A name other than this machine's own comes from a proxy, or from a page that rebinds its name to us. */
function isForInbox({ url }: Request): boolean {
  if (!/^https?:\/\/[^/]+\/sandbox(?:[/?]|$)/.test(url)) return false
  return isLoopback(new URL(url).hostname)
}

function fetchFrom({ url, publicUrl }: { url: string; publicUrl: string }): typeof fetch {
  return (input, init) => {
    const request = new Request(input, init)
    if (!request.url.startsWith(`${publicUrl}/`)) return fetch(request)
    return fetch(new Request(url + request.url.slice(publicUrl.length), request))
  }
}
