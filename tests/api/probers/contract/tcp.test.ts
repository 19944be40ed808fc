import { connectionBy, guardedDial } from '../../../../api/probers/dialling.ts'
import { tcpProber } from '../../../../api/probers/tcp.ts'
import { drip, pour, serveBytes } from '../../../support/conduct.ts'
import { testProber } from '../../../support/prober-contract.ts'
import { asked } from '../asking.ts'

const now = () => performance.now()

testProber('TCP', {
  ask: ({ host, port, timeout_ms, ...guard }) =>
    tcpProber({ dial: connectionBy(guardedDial(guard)), now }).ask(
      asked('tcp', { host, port, send: 'HELLO\r\n', expect_text: 'ready', timeout_ms }),
    ),
  serve: (conduct) =>
    serveBytes((socket) => {
      if (conduct === 'good') socket.once('data', () => socket.write('220 ready\r\n'))
      if (conduct === 'wrong') socket.end('421 go away\r\n')
      if (conduct === 'drips') drip(socket)
      if (conduct === 'endless') pour(socket)
      if (conduct === 'cut') socket.write('220 re', () => socket.resetAndDestroy())
    }),
  expected: {
    good: ['ok', /^$/],
    wrong: ['failed', /^the connection was (closed without "ready"|reset \(ECONNRESET\))$/],
    silent: ['failed', /^no complete answer in 250 ms$/],
    drips: ['failed', /^no complete answer in 250 ms$/],
    endless: ['failed', /^the first 64 KiB lack "ready"$/],
    cut: ['failed', /^the connection was reset \(ECONNRESET\)$/],
  },
})
