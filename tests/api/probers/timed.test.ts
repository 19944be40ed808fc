import { describe, expect, test } from 'vitest'
import { OwnFault, RefusedTarget } from '../../../api/probers/refusals.ts'
import { shorten, timed } from '../../../api/probers/timed.ts'

const now = () => performance.now()
const forever = () => new Promise<never>(() => {})
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
const coded = (code: string) => Object.assign(new Error('s3cret'), { code })

describe('what is thrown while asking', () => {
  test.each<[string, Error, object]>([
    [
      'says that we would not ask',
      new RefusedTarget('not allowed'),
      { outcome: 'refused', reason: 'not allowed', isOurs: false },
    ],
    [
      'says that we could not',
      new TypeError('x', { cause: new OwnFault('no name servers') }),
      { outcome: 'refused', reason: 'no name servers', isOurs: true },
    ],
    ...['EMFILE', 'ENFILE', 'ENOBUFS', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EPERM'].map(
      (code): [string, Error, object] => [
        `is our own: ${code}`,
        coded(code),
        {
          outcome: 'refused',
          isOurs: true,
          reason: expect.stringMatching(`^this .*\\(${code}\\)$`),
        },
      ],
    ),
    ...['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ETIMEDOUT'].map(
      (code): [string, Error, object] => [
        `may be the target's: ${code}`,
        coded(code),
        { outcome: 'failed', answered: false, isOurs: false },
      ],
    ),
    [
      'proves that the target was reached',
      coded('CERT_HAS_EXPIRED'),
      { outcome: 'failed', answered: true },
    ],
    ['is unknown', new Error('s3cret'), { outcome: 'failed', reason: 'the connection failed' }],
  ])('%s', async (_, error, expected) => {
    const sample = await timed({ now, timeout_ms: 1_000 }, () => Promise.reject(error))
    expect({ isOurs: false, answered: false, ...sample }).toMatchObject(expected)
    expect(JSON.stringify(sample)).not.toContain('s3cret')
  })
})

describe('whoever gets no answer in time', () => {
  test('ends it all the same, whatever is made of the signal', async () => {
    expect(await timed({ now, timeout_ms: 100 }, forever)).toMatchObject({
      outcome: 'failed',
      reason: 'no complete answer in 100 ms',
    })
  })

  test('says nothing of the target when this process was too busy to hear it', async () => {
    const asking = timed({ now, timeout_ms: 100 }, forever)
    const end = performance.now() + 700
    while (performance.now() < end);
    expect(await asking).toMatchObject({ outcome: 'refused', isOurs: true })
  })

  test('says nothing of the target when the machine slept meanwhile', async () => {
    let wall = 0
    const asking = timed({ now, wall: () => wall, timeout_ms: 100 }, forever)
    wall += 3_600_000
    expect(await asking).toMatchObject({ outcome: 'refused', isOurs: true })
  })

  test('but hears an answer that came while the machine slept', async () => {
    let wall = 0
    const asking = timed({ now, wall: () => wall, timeout_ms: 100 }, async () => {
      wall += 3_600_000
      return { reason: '' }
    })
    expect(await asking).toMatchObject({ outcome: 'ok' })
  })

  test('leaves no timer behind', async () => {
    const before = timers()
    for (let i = 0; i < 50; i++)
      await timed({ now, timeout_ms: 60_000 }, () => Promise.reject(coded('ECONNREFUSED')))
    expect(timers()).toBeLessThanOrEqual(before)
  })
})

describe('a reason is one short line', () => {
  test.each([
    ['without control characters', 'a\r\nset-cookie: b\u0000\u001b[31m', 'a set-cookie: b [31m'],
    ['without invisible ones', 'a\u202egnp.exe\u200b\u2028b', 'a gnp.exe b'],
    ['of at most 200 characters', 'a'.repeat(300), `${'a'.repeat(199)}…`],
    ['that ends between characters', `${'a'.repeat(198)}😀😀`, `${'a'.repeat(198)}…`],
    ['without half characters', 'a\ud83d', 'a\ufffd'],
  ])('%s', (_, text, line) => {
    expect(shorten(text)).toBe(line)
  })
})
