import type { buildConnector } from 'undici'
import type { Certificate } from '../domain/certificate.ts'
import { guardedDial } from './dialling.ts'
import type { GuardSettings } from './guard.ts'
import { certificateOfPeer } from './peer.ts'
import { RefusedTarget } from './refusals.ts'
import { secure } from './securing.ts'

export type ConnectorSettings = GuardSettings & {
  /** Any port without it. */
  ports?: number[]
  /** Who else may sign certificates. */
  ca?: string
}

/** One exchange: when it ends, and what the server proved itself with. */
export type Call = { signal: AbortSignal; certificate?: Certificate | undefined }

/** Connects undici to public addresses, and to those that the operator allows. */
export function guardedConnector(settings: ConnectorSettings) {
  const dial = guardedDial(settings)

  async function connect(target: buildConnector.Options, call: Call) {
    const isSecure = target.protocol === 'https:'
    const port = Number(target.port || (isSecure ? 443 : 80))
    if (settings.ports && !settings.ports.includes(port))
      throw new RefusedTarget(`port ${port} is not allowed`)
    const socket = await dial(target.hostname, port, call.signal)
    socket.setNoDelay(true)
    if (!isSecure) return socket
    const name = target.servername || target.hostname.replace(/^\[(.*)\]$/, '$1')
    const secured = await secure(socket, { name, ca: settings.ca, protocols: ['http/1.1'] })
    call.certificate = certificateOfPeer(secured)
    return secured
  }

  return (call: Call): buildConnector.connector =>
    (target, callback) =>
      void connect(target, call).then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      )
}

/** What must not be asked, whoever it is. */
export function assertAskable(url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new RefusedTarget('only http and https are asked')
  if (url.username || url.password)
    throw new RefusedTarget('the URL holds a user name or password: use a header')
}
