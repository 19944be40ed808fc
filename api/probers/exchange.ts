import type { Certificate } from '../domain/certificate.ts'

export type Asking = {
  method: string
  headers: Record<string, string>
  /** Null for none. */
  body: Uint8Array | null
  signal: AbortSignal
}

/** An answer over HTTP as it begins; redirects are answers like any other. */
export type Answer = {
  status: number
  location: string | null
  /** Unpacked. */
  body: AsyncIterable<Uint8Array>
  /** What the server proved itself with, where that can be seen. */
  certificate?: Certificate | undefined
  /** Lets go of the connection, whatever is still to come. */
  end(): void
}

/** One exchange over HTTP. Refuses what must not be asked by throwing an error named `RefusedTarget`. */
export type Exchange = (url: URL, asking: Asking) => Promise<Answer>

/** An exchange by whatever `fetch` a runtime has. */
export function exchangeBy(fetch: typeof globalThis.fetch): Exchange {
  return async (url, { method, headers, body, signal }) => {
    const response = await fetch(url.href, {
      method,
      headers,
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
      redirect: 'manual',
      signal,
    })
    return {
      status: response.status,
      location: response.headers.get('location'),
      body: chunksOf(response),
      end: () => void response.body?.cancel().catch(() => {}),
    }
  }
}

/** What is not read to its end is cancelled. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  try {
    while (true) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
    reader.releaseLock()
  }
}
