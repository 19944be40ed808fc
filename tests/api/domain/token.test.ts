import { expect, test } from 'vitest'
import { HOUR } from '../../../api/domain/time.ts'
import { formatToken, isConfirmable, parseToken } from '../../../api/domain/token.ts'

const token = {
  subscriberId: 'abcdefghi012',
  stamp: 1_795_262_400_000,
  signature: 'A-z_'.repeat(5) + 'AA',
}

test('a token is read as it was written', () => {
  expect(formatToken(token)).toBe('v1.abcdefghi012.mwqcvpc0.A-z_A-z_A-z_A-z_A-z_AA')
  expect(parseToken(formatToken(token))).toEqual(token)
})

test.each([
  ['nothing', ''],
  ['another version', formatToken(token).replace('v1', 'v2')],
  ['a shortened signature', formatToken(token).slice(0, -1)],
  ['something behind it', `${formatToken(token)}.x`],
  ['another id', formatToken(token).replace('abc', 'ABC')],
  ['no stamp', 'v1.abcdefghi012..A-z_A-z_A-z_A-z_A-z_AA'],
])('%s is no token', (_, text) => {
  expect(parseToken(text)).toBeNull()
})

test('a confirm link holds two days and for its own challenge only', () => {
  expect(isConfirmable(1000, 1000, 1000 + 48 * HOUR - 1)).toBe(true)
  expect(isConfirmable(1000, 1000, 1000 + 48 * HOUR)).toBe(false)
  expect(isConfirmable(1000, 2000, 2000)).toBe(false)
})
