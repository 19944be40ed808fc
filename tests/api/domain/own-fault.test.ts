import { describe, expect, test } from 'vitest'
import { areCanariesSilent, isOwnFault, pickWitnesses } from '../../../api/domain/own-fault.ts'
import type { Sample } from '../../../api/domain/probe.ts'

const hosts = (silent: number, answering: number) => [
  ...Array.from({ length: silent }, (_, i) => ({ host: `silent${i}`, answered: false })),
  ...Array.from({ length: answering }, (_, i) => ({ host: `ok${i}`, answered: true })),
]

describe('our own network is to blame', () => {
  test.each([
    ['when all of four hosts fall silent', hosts(4, 0), true],
    ['when three of four do', hosts(3, 1), true],
    ['not when half of them do', hosts(2, 2), false],
    ['not when there are only three', hosts(3, 0), false],
    ['not when many probes of few hosts do', [...hosts(3, 0), ...hosts(3, 0)], false],
    [
      'not when each host still answers somewhere',
      [...hosts(4, 0), ...hosts(4, 0).map(({ host }) => ({ host, answered: true }))],
      false,
    ],
  ])('%s', (_, witnesses, blamed) => {
    expect(isOwnFault(witnesses)).toBe(blamed)
  })

  test.each([
    [
      'one probe of each host not heard lately',
      [
        ['a', 'h1', true],
        ['b', 'h2', false],
        ['c', 'h2', false],
        ['d', 'h3', false],
        ['e', 'h4', false],
      ],
      ['b', 'd', 'e'],
    ],
    [
      'nobody where hosts are too few to tell',
      [
        ['a', 'h1', true],
        ['b', 'h2', false],
        ['c', 'h2', false],
      ],
      [],
    ],
  ] as const)('witnesses are %s', (_, neighbours, picked) => {
    expect(pickWitnesses(neighbours.map(([id, host, fresh]) => ({ id, host, fresh })))).toEqual(
      picked,
    )
  })
})

const said = (host: string, outcome: Sample['outcome'], status: number | null = null) => ({
  host,
  sample: { outcome, status, latency_ms: 1, reason: '' },
})

const ours: Sample = { ...said('a', 'refused').sample, isOurs: true }

describe('with a silent target', () => {
  test.each([
    ['all canaries are silent', [said('a', 'failed'), said('b', 'failed')], true],
    ['one of them answers', [said('a', 'failed'), said('b', 'ok', 200)], false],
    ['one of them answers with an error', [said('a', 'failed'), said('b', 'failed', 503)], false],
    ['there are none', [], false],
    ['we refuse to ask any', [said('a', 'refused')], false],
    ['those that we asked are silent', [said('a', 'refused'), said('b', 'failed')], true],
    ['our own side keeps us from asking', [{ host: 'a', sample: ours }], true],
    ['the only canary is the target itself', [said('target', 'failed')], false],
    ['all but the target itself answer', [said('target', 'failed'), said('b', 'ok')], false],
  ])('%s', (_, canaries, silent) => {
    expect(areCanariesSilent('target', canaries)).toBe(silent)
  })
})
