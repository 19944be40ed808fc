import { expect, test } from 'vitest'
import { formatSpan, parseSpan } from '../../../api/domain/span.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../api/domain/time.ts'

test.each<[string, number | null]>([
  ['30 s', 30 * SECOND],
  ['30s', 30 * SECOND],
  [' 5 Minutes ', 5 * MINUTE],
  ['1.5 h', 90 * MINUTE],
  ['1,5 h', 90 * MINUTE],
  ['1 h 30 min', 90 * MINUTE],
  ['1 day', DAY],
  ['250 ms', 250],
  ['0 s', 0],
  ['30', null],
  ['', null],
  ['soon', null],
  ['-5 s', null],
  ['5 s or so', null],
  ['5 parsecs', null],
  ['1e3 s', null],
])('%s is as long as %s ms', (text, ms) => {
  expect(parseSpan(text)).toBe(ms)
})

test.each<[number, string]>([
  [0, '0 s'],
  [100, '100 ms'],
  [90 * SECOND, '1 min 30 s'],
  [HOUR, '1 h'],
  [DAY, '1 day'],
  [400 * DAY, '400 days'],
  [1500, '1 s 500 ms'],
])('%s ms is written as %s and read again', (ms, text) => {
  expect(formatSpan(ms)).toBe(text)
  expect(parseSpan(text)).toBe(ms)
})
