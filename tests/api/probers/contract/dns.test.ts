import { dnsProber } from '../../../../api/probers/dns.ts'
import { guardedResolve } from '../../../../api/probers/resolving.ts'
import { serveNames } from '../../../support/name-server.ts'
import { testProber, type Conduct } from '../../../support/prober-contract.ts'
import { asked } from '../asking.ts'

const garbled: Partial<Record<Conduct, (answer: Buffer) => Buffer | null>> = {
  silent: () => null,
  cut: (answer) => answer.subarray(0, 20),
}

testProber('DNS', {
  asksNameServers: true,
  ask: ({ host, port, timeout_ms, allow }) =>
    dnsProber({ resolve: guardedResolve({ allow }), now: () => performance.now() }).ask(
      asked('dns', {
        name: 'shop.example',
        resolver: `${host}:${port}`,
        expect_records: ['192.0.2.7'],
        timeout_ms,
      }),
    ),
  serve: (conduct) =>
    serveNames(
      { A: [Buffer.from(conduct === 'wrong' ? [192, 0, 2, 9] : [192, 0, 2, 7])] },
      { garble: garbled[conduct] },
    ),
  expected: {
    good: ['ok', /^$/],
    wrong: ['failed', /^A lacks 192\.0\.2\.7; there is 192\.0\.2\.9$/],
    silent: ['failed', /^no complete answer in 250 ms$/],
    cut: [
      'failed',
      /^(no complete answer in 250 ms|the answer of the name server makes no sense .*)$/,
    ],
  },
})
