import type { Prober } from './prober.ts'
import { timed, type Clocks } from './timed.ts'

/** A connection, however a machine makes it. */
export type Connection = {
  write(bytes: Uint8Array): void
  read: AsyncIterable<Uint8Array>
  /** Ends it at once, also what is being read. */
  close(): void
}

type Settings = Clocks & {
  /** Must refuse what must not be asked by throwing an error named `RefusedTarget`; gives up when the signal says so. */
  dial(host: string, port: number, signal: AbortSignal): Promise<Connection>
}

/** Only so much is read for the text that is expected. */
const MAX_BYTES = 64 * 1024

/** Asks over TCP: a connection, and the text that is expected on it. */
export function tcpProber({ dial, ...clocks }: Settings): Prober<'tcp'> {
  return {
    kind: 'tcp',
    ask: ({ host, port, send, expect_text, timeout_ms }) =>
      timed({ ...clocks, timeout_ms }, async (signal) => {
        const connection = await dial(host, port, signal)
        try {
          if (send !== '') connection.write(new TextEncoder().encode(send))
          if (expect_text === '') return { reason: '' }
          return { reason: await complaintAbout(connection, expect_text) }
        } finally {
          connection.close()
        }
      }),
  }
}

/** Reads until the text has come, the other side has said all, or too much. */
async function complaintAbout({ read }: Connection, expected: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of read) {
    const part = chunk.subarray(0, MAX_BYTES - bytes)
    bytes += part.byteLength
    text += decoder.decode(part, { stream: true })
    if (text.includes(expected)) return ''
    if (bytes >= MAX_BYTES)
      return `the first ${MAX_BYTES / 1024} KiB lack ${JSON.stringify(expected)}`
  }
  return text === ''
    ? 'the connection was closed without a word'
    : `the connection was closed without ${JSON.stringify(expected)}`
}
