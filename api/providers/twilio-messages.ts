import Domain from 'twilio/lib/base/Domain.js'
import Version from 'twilio/lib/base/Version.js'
import { MessageListInstance } from 'twilio/lib/rest/api/v2010/account/message.js'
import { readJson } from './http.ts'

export type Account = {
  accountSid: string
  authToken: string
  fetch: typeof fetch
  baseUrl?: string
}

/** Any answer but a 2xx. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown

  constructor(response: Response, body: unknown) {
    super(`Twilio answered ${response.status}`)
    this.status = response.status
    this.headers = response.headers
    this.body = body
  }
}

/**
 * The SDK's Messages resource alone: its client would bring every product of Twilio's, axios and Node's https with it,
 * and could neither be aborted nor run in workerd.
 */
export function twilioMessages(account: Account, signal: AbortSignal): MessageListInstance {
  const client = { request: (request: SdkRequest) => send(request, account, signal) }
  const domain = new (unwrap(Domain))(
    client as unknown as ConstructorParameters<typeof Domain>[0],
    account.baseUrl ?? 'https://api.twilio.com',
  )
  const version = new (unwrap(Version))(domain, '2010-04-01')
  return MessageListInstance(
    version as Parameters<typeof MessageListInstance>[0],
    account.accountSid,
  )
}

type SdkRequest = {
  method: string
  uri: string
  headers?: Record<string, string>
  params?: Record<string, string>
  data?: Record<string, string>
}

async function send(
  request: SdkRequest,
  { accountSid, authToken, fetch }: Account,
  signal: AbortSignal,
) {
  const url = new URL(request.uri)
  for (const [name, value] of Object.entries(request.params ?? {}))
    url.searchParams.append(name, value)
  const response = await fetch(url, {
    method: request.method.toUpperCase(),
    headers: {
      ...request.headers,
      Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}`,
      'User-Agent': 'allclear',
    },
    body: request.data && new URLSearchParams(request.data),
    redirect: 'manual',
    signal,
  })
  const body = await readJson(response)
  if (!response.ok) throw new Refusal(response, body)
  return { statusCode: response.status, headers: response.headers, body: body ?? {} }
}

/** The package is CommonJS with a default export, which Node and bundlers leave wrapped and Vitest does not. */
function unwrap<T>(imported: T): T {
  return (imported as { default?: T }).default ?? imported
}
