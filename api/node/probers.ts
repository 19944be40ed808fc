import { connectionBy, guardedDial } from '../probers/dialling.ts'
import { dnsProber } from '../probers/dns.ts'
import type { Exchange } from '../probers/exchange.ts'
import { guardedExchange } from '../probers/guarded-exchange.ts'
import { heartbeatProber } from '../probers/heartbeat.ts'
import { httpProber } from '../probers/http.ts'
import { metricProber } from '../probers/metric.ts'
import type { Probers } from '../probers/prober.ts'
import { guardedResolve } from '../probers/resolving.ts'
import { tcpProber } from '../probers/tcp.ts'
import { tlsProber } from '../probers/tls.ts'
import { systemClock } from './clock.ts'

type Settings = {
  /** CIDR ranges that may be asked although they are not public. */
  allow: string[]
  /** Puts the demo's shop in the way of an exchange. */
  reaching(others: Exchange): Exchange
  userAgent: string
}

const clocks = { now: () => performance.now(), wall: systemClock.now }

/** Every way of asking, on Node. */
export function nodeProbers({ allow, reaching, userAgent }: Settings): Probers {
  return {
    http: httpProber({ exchange: reaching(guardedExchange({ allow })), userAgent, ...clocks }),
    tcp: tcpProber({ dial: connectionBy(guardedDial({ allow })), ...clocks }),
    dns: dnsProber({ resolve: guardedResolve({ allow }), ...clocks }),
    tls: tlsProber({ allow, ...clocks }),
    heartbeat: heartbeatProber,
    metric: metricProber,
  }
}
