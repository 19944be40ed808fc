import { connect } from 'cloudflare:sockets'
import { canonicalHost, isAddress } from '../domain/host.ts'
import { addressGuard } from '../probers/addresses.ts'
import { dnsProber } from '../probers/dns.ts'
import type { Exchange } from '../probers/exchange.ts'
import { heartbeatProber } from '../probers/heartbeat.ts'
import { httpProber } from '../probers/http.ts'
import { metricProber } from '../probers/metric.ts'
import { cannotAsk, type Probers } from '../probers/prober.ts'
import { refusalOfAddress } from '../probers/refusals.ts'
import { tcpProber, type Connection } from '../probers/tcp.ts'
import { complaintsAboutResolver, resolve } from './resolving.ts'

const now = () => performance.now()

type Settings = {
  exchange: Exchange
  /** CIDR ranges that may be asked although they are not public. */
  allow: string[]
  userAgent: string
}

/** Every way of asking that Workers have. To what a name means the platform sees; addresses are checked here. */
export function workerProbers({ exchange, allow, userAgent }: Settings): Probers {
  const isAllowed = addressGuard(allow)
  function assertAllowed(host: string): void {
    const canonical = canonicalHost(host) ?? host
    if (isAddress(canonical) && !isAllowed(canonical)) throw refusalOfAddress(canonical)
  }
  return {
    http: httpProber({
      exchange(url, asking) {
        assertAllowed(url.hostname)
        return exchange(url, asking)
      },
      userAgent,
      now,
    }),
    tcp: tcpProber({
      dial(host, port, signal) {
        assertAllowed(host)
        return dial(host, port, signal)
      },
      now,
    }),
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
