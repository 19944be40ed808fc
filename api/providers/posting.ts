import type { Outcome } from '../domain/delivery.ts'
import { DAY } from '../domain/time.ts'
import type { Channel } from '../domain/words.ts'
import { readText, retryAfter } from './http.ts'
import { failureOf } from './posting-failures.ts'
import type { Message, Provider } from './provider.ts'

export type PostingSettings = {
  /** Guarded: must refuse what is not public by throwing an error named `RefusedTarget`. */
  fetch: typeof fetch
  userAgent: string
  /** Epoch milliseconds. */
  now(): number
}

/** One way of posting JSON to a URL that a subscriber gave. */
export type Posting = {
  channel: Channel
  /** The receiver knows a repetition when it sees one. */
  idempotent: boolean
  retries?: readonly number[]
  /** How much of an answer is worth reading. */
  readBytes: number
  /** Where a message goes and what it carries besides its body; may throw when it cannot be made. */
  address(message: Message): { url: string; headers?: Record<string, string> }
  judge(answer: Answer): Outcome
}

/** What came back, once the status was there. */
export type Answer = {
  status: number
  /** Any 2xx. */
  ok: boolean
  text: string
  /** Why `text` is not the whole of what was to be read; null when it is. */
  broken: Outcome | null
  /** Milliseconds after which the receiver wants to be asked again. */
  wait: number | undefined
}

/** No receiver may make us wait longer. */
export const LONGEST_WAIT = DAY

/** Each receiver is a server of its own that somebody named: nothing it does may hold, fill or mislead us. */
export function posting(kind: Posting, settings: PostingSettings): Provider {
  return {
    name: kind.channel,
    channel: kind.channel,
    batchSize: 1,
    idempotent: kind.idempotent,
    independent: true,
    retries: kind.retries,
    ratePerSecond: 0,
    async send([message, ...others], _key, signal) {
      if (message === undefined || others.length > 0)
        return { kind: 'refused', code: 'batch', reason: 'a URL takes exactly one message' }
      try {
        const { url, headers } = kind.address(message)
        if (!URL.canParse(url)) throw new Error('the address is not a URL')
        return await post(kind, settings, { url, headers, body: message.text }, signal)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        return { kind: 'refused', code: 'impossible', reason }
      }
    },
    receive: () => Promise.resolve(null),
  }
}

type Request = { url: string; headers?: Record<string, string>; body: string }

/** Redirects are not followed: the target was never agreed to, and may be anywhere. */
async function post(
  kind: Posting,
  settings: PostingSettings,
  { url, headers, body }: Request,
  signal: AbortSignal,
): Promise<Outcome> {
  if (signal.aborted) return { kind: 'deferred', code: 'timeout', reason: 'there was no time left' }
  // Whoever may be told twice without harm is simply told again.
  const failure = (error: unknown) => failureOf(error, signal, kind.idempotent)
  try {
    const response = await settings.fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'user-agent': settings.userAgent,
      },
      body,
      redirect: 'manual',
      signal,
    })
    const { text, error } = await readText(response, kind.readBytes)
    const broken = error === undefined ? null : failure(error)
    const wait = retryAfter(response.headers, settings.now())
    const { status, ok } = response
    return kind.judge({ status, ok, text, broken, wait: wait && Math.min(wait, LONGEST_WAIT) })
  } catch (error) {
    return failure(error)
  }
}
