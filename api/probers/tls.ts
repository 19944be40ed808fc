import { canonicalHost } from '../domain/host.ts'
import { guardedDial } from './dialling.ts'
import type { GuardSettings } from './guard.ts'
import { certificateOfPeer } from './peer.ts'
import type { Prober } from './prober.ts'
import { secure } from './securing.ts'
import { timed, type Clocks } from './timed.ts'

type Settings = GuardSettings &
  Clocks & {
    /** Who else may sign certificates. */
    ca?: string
  }

/** Asks for a certificate: signed by somebody known, for this name, not expired, over TLS 1.2 at least. */
export function tlsProber({ ca, ...settings }: Settings): Prober<'tls'> {
  const dial = guardedDial(settings)
  return {
    kind: 'tls',
    ask: ({ host, port, server_name, timeout_ms }) =>
      timed({ ...settings, timeout_ms }, async (signal) => {
        const socket = await dial(host, port, signal)
        try {
          const name = server_name || canonicalHost(host)!
          const secured = await secure(socket, { name, ca })
          return { reason: '', certificate: certificateOfPeer(secured) }
        } finally {
          socket.destroy()
        }
      }),
  }
}
