import { connect } from 'cloudflare:sockets'
import { canonicalHost } from '../domain/host.ts'
import { dnsProber } from '../probers/dns.ts'
import { heartbeatProber } from '../probers/heartbeat.ts'
import { httpProber } from '../probers/http.ts'
import { metricProber } from '../probers/metric.ts'
import { cannotAsk, type Probers } from '../probers/prober.ts'
import { tcpProber, type Connection } from '../probers/tcp.ts'
import { complaintsAboutResolver, resolve } from './resolving.ts'

const now = () => performance.now()

/** Every way of asking that Workers have. Whatever they connect to is public: the platform sees to it. */
export function workerProbers(settings: { fetch: typeof fetch; userAgent: string }): Probers {
  return {
    http: httpProber({ ...settings, now }),
    tcp: tcpProber({ dial, now }),
    dns: dnsProber({ resolve, complaintsAbout: complaintsAboutResolver, now }),
    tls: cannotAsk(
      'tls',
      'cannot be tls on Workers, which show no certificates: watch it from Node, or ask it by http',
    ),
    heartbeat: heartbeatProber,
    metric: metricProber,
  }
}

async function dial(host: string, port: number, signal: AbortSignal): Promise<Connection> {
  const hostname = canonicalHost(host) ?? host
  const socket = connect({ hostname: hostname.includes(':') ? `[${hostname}]` : hostname, port })
  // It is told by `opened` and by the streams, too.
  socket.closed.catch(() => {})
  const close = () => void socket.close().catch(() => {})
  const ended = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => {
      close()
      reject(signal.reason as Error)
    }),
  )
  ended.catch(() => {})
  await Promise.race([socket.opened, ended])
  return {
    write(bytes) {
      const writer = socket.writable.getWriter()
      void writer.write(bytes).catch(() => {})
      writer.releaseLock()
    },
    read: chunksOf(socket.readable, ended),
    close,
  }
}

async function* chunksOf(readable: ReadableStream<Uint8Array>, ended: Promise<never>) {
  const reader = readable.getReader()
  while (true) {
    const { done, value } = await Promise.race([reader.read(), ended])
    if (done) return
    yield value
  }
}
