/** What the bundler of Workers takes in as text; see `rules` in wrangler.toml. */
declare module '*.sql' {
  const text: string
  export default text
}

declare module '*.yaml' {
  const text: string
  export default text
}

declare module 'cloudflare:workers' {
  /** Keeps the current invocation alive until the promise ends. */
  export function waitUntil(promise: Promise<unknown>): void
}

/** The compiled site, also where it is not compiled yet. */
declare module '*/dist/server/entry.mjs' {
  export const render: typeof import('../../site/renderer.ts').render
}

declare module 'cloudflare:sockets' {
  export type Socket = {
    readable: ReadableStream<Uint8Array>
    writable: WritableStream<Uint8Array>
    opened: Promise<unknown>
    closed: Promise<void>
    close(): Promise<void>
  }
  export function connect(address: { hostname: string; port: number }): Socket
}
