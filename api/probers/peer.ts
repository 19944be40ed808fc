import type { TLSSocket } from 'node:tls'
import type { Certificate } from '../domain/certificate.ts'

/** What the other end of a connection proved itself with. */
export function certificateOfPeer(socket: TLSSocket): Certificate | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (!certificate) return undefined
  const { issuer, subjectAltName, validTo } = certificate
  return {
    expires_at: Date.parse(validTo),
    issuer: /^(?:O|CN)=(.+)$/m.exec(issuer)?.[1]?.slice(0, 200) ?? '',
    names: (subjectAltName ?? '')
      .split(', ')
      .flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? [])
      .slice(0, 20),
  }
}
