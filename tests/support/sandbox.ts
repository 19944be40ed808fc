import { postingTo } from '../../api/sandbox/endpoints/posting.ts'
import { createSandbox, type Sandbox } from '../../api/sandbox/sandbox.ts'
import type { SandboxOptions } from '../../api/sandbox/options.ts'
import { listen, type Listening } from './listen.ts'

export const resendApiKey = 're_sandbox'
export const twilioAccountSid = 'AC0123456789abcdef0123456789abcdef'
export const twilioAuthToken = '0123456789abcdef0123456789abcdef'
export const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** It calls nobody back unless told whom, and knows no limit. */
export const sandboxOptions: SandboxOptions = {
  resendApiKey,
  twilioAccountSid,
  twilioAuthToken,
  webhookSecret,
  webhookUrl: () => 'http://nobody.invalid',
  deliverReceipts: false,
  clock: { now: () => Date.now() },
  fetch,
  rate: 0,
}

export type RunningSandbox = Listening & {
  sandbox: Sandbox
  /** Posts to the URLs of subscribers; the sandbox answers for all of them. */
  fetch: typeof fetch
}

/** The sandbox on a real port; it calls back when `webhookUrl` says whom. */
export async function runSandbox(options: Partial<SandboxOptions> = {}): Promise<RunningSandbox> {
  const deliverReceipts = options.webhookUrl !== undefined
  const sandbox = createSandbox({ ...sandboxOptions, deliverReceipts, ...options })
  const server = await listen(sandbox.app.fetch)
  const close = async () => {
    sandbox.stop()
    await server.close()
  }
  return {
    url: server.url,
    sandbox,
    fetch: postingTo(server.url + sandbox.endpointsPath, fetch),
    close,
  }
}
