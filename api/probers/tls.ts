import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { checked, opened } from './dialling.ts'
import { guardOf, type Lookup } from './guard.ts'
import { certificateOfPeer } from './peer.ts'
import type { Prober } from './prober.ts'
import { timed } from './timed.ts'

type Settings = {
  /** CIDR ranges that may be asked although they are not public. */
  allow: string[]
  lookup?: Lookup
  /** Who else may sign certificates. */
  ca?: string
  /** Monotonic milliseconds. */
  now(): number
}

/** Asks for a certificate: signed by somebody known, for this name, not expired, over TLS 1.2 at least. */
export function tlsProber({ allow, lookup, ca, now }: Settings): Prober<'tls'> {
  const guard = guardOf(allow, lookup)
  return {
    kind: 'tls',
    ask: ({ host, port, server_name, timeout_ms }) =>
      timed({ now, timeout_ms }, async (signal) => {
        const target = checked(guard, host)
        const name = server_name || target.host.replace(/\.$/, '')
        const socket = connect({
          ...target,
          port,
          lookup: guard.lookup,
          // No name is sent for an address (RFC 6066), but the certificate is checked against it.
          ...(isIP(name) === 0 && { servername: name }),
          minVersion: 'TLSv1.2',
          ...(ca && { ca }),
        })
        try {
          await opened(socket, 'secureConnect', signal)
          return { reason: '', certificate: certificateOfPeer(socket) }
        } finally {
          socket.destroy()
        }
      }),
  }
}
