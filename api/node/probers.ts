import { guardedDial } from '../probers/dialling.ts'
import { dnsProber } from '../probers/dns.ts'
import { certificateOf, guardedFetch } from '../probers/guarded-fetch.ts'
import { heartbeatProber } from '../probers/heartbeat.ts'
import { httpProber } from '../probers/http.ts'
import { metricProber } from '../probers/metric.ts'
import type { Probers } from '../probers/prober.ts'
import { guardedResolve } from '../probers/resolving.ts'
import { tcpProber } from '../probers/tcp.ts'
import { tlsProber } from '../probers/tls.ts'

type Settings = {
  /** CIDR ranges that may be asked although they are not public. */
  allow: string[]
  /** Puts the demo's shop in the way of a fetch. */
  reaching(others: typeof fetch): typeof fetch
  userAgent: string
}

const now = () => performance.now()

/** Every way of asking, on Node. */
export function nodeProbers({ allow, reaching, userAgent }: Settings): Probers {
  return {
    http: httpProber({ fetch: reaching(guardedFetch({ allow })), certificateOf, now, userAgent }),
    tcp: tcpProber({ dial: guardedDial({ allow }), now }),
    dns: dnsProber({ resolve: guardedResolve({ allow }), now }),
    tls: tlsProber({ allow, now }),
    heartbeat: heartbeatProber,
    metric: metricProber,
  }
}
