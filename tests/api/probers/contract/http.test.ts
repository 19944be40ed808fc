import { guardedExchange } from '../../../../api/probers/guarded-exchange.ts'
import { httpProber } from '../../../../api/probers/http.ts'
import { drip, pour, serveBytes } from '../../../support/conduct.ts'
import { testProber } from '../../../support/prober-contract.ts'
import { asked } from '../asking.ts'

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n'

testProber('HTTP', {
  ask: ({ host, port, timeout_ms, ...guard }) =>
    httpProber({
      exchange: guardedExchange(guard),
      now: () => performance.now(),
      userAgent: 'allclear-test/1',
    }).ask(asked('http', { url: `http://${host}:${port}/`, expect_text: 'ready', timeout_ms })),
  serve: (conduct) =>
    serveBytes((socket) => {
      socket.once('data', () => {
        if (conduct === 'good') socket.end(`${head}content-length: 5\r\n\r\nready`)
        if (conduct === 'wrong') socket.end('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n')
        if (conduct === 'drips') {
          socket.write(`${head}\r\n`)
          drip(socket)
        }
        if (conduct === 'endless') {
          socket.write(`${head}content-length: ${2 ** 30}\r\n\r\n`)
          pour(socket)
        }
        if (conduct === 'cut')
          socket.write(`${head}content-length: 100\r\n\r\nre`, () => socket.destroy())
      })
    }),
  expected: {
    good: ['ok', /^$/],
    wrong: ['failed', /^answered 503 instead of 2xx$/],
    silent: ['failed', /^no complete answer in 250 ms$/],
    drips: ['failed', /^no complete answer in 250 ms$/],
    endless: ['failed', /^the body lacks "ready"$/],
    cut: ['failed', /^the connection closed before the answer was complete \(UND_ERR_\w+\)$/],
  },
})
