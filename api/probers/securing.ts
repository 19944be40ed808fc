import { isIP, type Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'

type Settings = {
  /** Whose certificate it must be. */
  name: string
  /** Who else may sign certificates. */
  ca?: string | undefined
  protocols?: string[]
}

/** TLS over an open connection: by somebody known, for this name, not expired, at least 1.2. Ends with the connection. */
export function secure(socket: Socket, { name, ca, protocols }: Settings): Promise<TLSSocket> {
  const host = name.replace(/\.$/, '')
  const secured = connect({
    socket,
    host,
    // No name is sent for an address (RFC 6066), but the certificate is checked against it.
    ...(isIP(host) === 0 && { servername: host }),
    minVersion: 'TLSv1.2',
    ...(protocols && { ALPNProtocols: protocols }),
    ...(ca && { ca }),
  })
  return new Promise((resolve, reject) => {
    secured.once('secureConnect', () => resolve(secured))
    secured.on('error', (error) => {
      socket.destroy()
      reject(error)
    })
    secured.once('close', () => reject(closedEarly()))
    socket.once('close', () => reject(closedEarly()))
  })
}

function closedEarly(): Error {
  return Object.assign(new Error('closed early'), { code: 'ECONNRESET' })
}
