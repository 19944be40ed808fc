import type { Context } from 'hono'
import type { IdempotencyKeys } from './keys.ts'
import { refuse } from './refusals.ts'

/** Runs a request at most once under its Idempotency-Key, and repeats the answer to whoever asks again. */
export async function once(
  c: Context,
  keys: IdempotencyKeys,
  now: number,
  send: (body: unknown) => object | Response,
): Promise<Response> {
  const key = c.req.header('idempotency-key')
  const bytes = await c.req.arrayBuffer()
  if (key === undefined) return toResponse(send(parse(bytes)))
  if (key.length < 1 || key.length > 256) {
    return refuse(400, 'invalid_idempotency_key', 'The key must have 1 to 256 characters.')
  }
  const known = keys.find(key, now)
  if (known !== undefined) return repeat(known.answered, await digest(c.req.path, bytes))
  keys.take(key, now)
  const payload = await digest(c.req.path, bytes)
  const answer = send(parse(bytes))
  if (answer instanceof Response) keys.release(key)
  else keys.keep(key, payload, answer)
  return toResponse(answer)
}

function repeat(answered: { payload: string; answer: object } | null, payload: string): Response {
  if (answered === null) {
    const message = 'Another request with this idempotency key is in progress.'
    return refuse(409, 'concurrent_idempotent_requests', message)
  }
  if (answered.payload !== payload) {
    const message = 'This idempotency key was used with another payload.'
    return refuse(409, 'invalid_idempotent_request', message)
  }
  return Response.json(answered.answer)
}

function toResponse(answer: object | Response): Response {
  return answer instanceof Response ? answer : Response.json(answer)
}

/** Undefined when it is not JSON, which is then refused like a missing body. */
function parse(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

async function digest(path: string, bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return path + btoa(String.fromCharCode(...hash))
}
