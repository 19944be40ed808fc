import { createSecureContext, TLSSocket } from 'node:tls'
import { tlsProber } from '../../../../api/probers/tls.ts'
import { drip, pour, serveBytes } from '../../../support/conduct.ts'
import { testProber } from '../../../support/prober-contract.ts'
import { asked } from '../asking.ts'
import { authority, good, ofAnother } from '../certificates.ts'

testProber('TLS', {
  ask: ({ host, port, timeout_ms, ...guard }) =>
    tlsProber({ ...guard, ca: authority, now: () => performance.now() }).ask(
      asked('tls', { host, port, timeout_ms }),
    ),
  serve: (conduct) =>
    serveBytes((socket) => {
      if (conduct === 'good' || conduct === 'wrong') {
        const pair = conduct === 'good' ? good : ofAnother
        const secure = new TLSSocket(socket, {
          isServer: true,
          secureContext: createSecureContext(pair),
        })
        secure.on('error', () => {})
      }
      // The beginning of a record that never ends.
      if (conduct === 'drips') {
        socket.write(Uint8Array.of(22, 3, 3, 64, 0))
        drip(socket, Uint8Array.of(2))
      }
      if (conduct === 'endless') pour(socket)
      if (conduct === 'cut') socket.once('data', () => socket.destroy())
    }),
  expected: {
    good: ['ok', /^$/],
    wrong: ['failed', /^the certificate is for another host \(ERR_TLS_CERT_ALTNAME_INVALID\)$/],
    silent: ['failed', /^no complete answer in 250 ms$/],
    drips: ['failed', /^(no complete answer in 250 ms|the TLS handshake failed .*)$/],
    endless: ['failed', /^the TLS handshake failed \(ERR_SSL_\w+\)$/],
    cut: ['failed', /^the connection was reset \(ECONNRESET\)$/],
  },
})
