import { describe, expect, test } from 'vitest'
import { complaintAboutPath, jsonComplaint } from '../../../api/probers/json-path.ts'
import type { JsonExpectation } from '../../../api/domain/question.ts'

const body = JSON.stringify({
  status: 'ok',
  queue: { length: 12, oldest: null },
  services: [
    { name: 'a', up: true },
    { name: 'b', up: false },
  ],
})

describe('a body', () => {
  test.each<[string, JsonExpectation, string]>([
    ['that has the value', { path: '$.status', equals: 'ok' }, ''],
    ['that has another', { path: '$.status', equals: 'up' }, '$.status is "ok" instead of "up"'],
    ['where null is meant', { path: '$.queue.oldest', equals: null }, ''],
    ['with part of it', { path: '$.status', contains: 'o' }, ''],
    [
      'without part of it',
      { path: '$.queue', contains: 'o' },
      '$.queue is an object instead of something with "o"',
    ],
    ['below the limit', { path: '$.queue.length', less_than: 13 }, ''],
    [
      'at the limit',
      { path: '$.queue.length', less_than: 12 },
      '$.queue.length is 12 instead of less than 12',
    ],
    [
      'that should be above',
      { path: '$.queue.length', greater_than: 12 },
      '$.queue.length is 12 instead of more than 12',
    ],
    [
      'where one of many is wrong',
      { path: '$.services[*].up', equals: true },
      '$.services[*].up is false instead of true',
    ],
    [
      'where none is left',
      { path: '$.services[?@.up == false]', exists: false },
      '$.services[?@.up == false] is there, and should not be',
    ],
    ['that has it at all', { path: '$.queue', exists: true }, ''],
    ['that has it not', { path: '$.error', exists: false }, ''],
    ['that lacks it', { path: '$.error', equals: 1 }, 'the body has no $.error'],
    ['that has a descendant', { path: '$..oldest', exists: true }, ''],
  ])('%s', (_, expectation, complaint) => {
    expect(jsonComplaint(body, [expectation])).toEqual(complaint)
  })

  test('that is no JSON', () => {
    expect(jsonComplaint('<html>', [{ path: '$', exists: true }])).toBe('the body is not JSON')
  })

  test('that is nested without end is not followed', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(jsonComplaint(deep, [{ path: '$..a', exists: true }])).toMatch(
      /cannot be looked up|is not JSON/,
    )
  })
})

describe('a path', () => {
  test.each([
    ['$', null],
    ['$.a[0]["b.c"][?@.d == 1]', null],
    ["$['..']..b", null],
    ['$.a[', /^must be a JSONPath \(RFC 9535\): ./],
    ['status', /^must be a JSONPath \(RFC 9535\): ./],
    ["$[?match(@.a, '(a+)+$')]", /^must be a JSONPath \(RFC 9535\): .*match/],
    ["$[?search(@.a, 'a')]", /^must be a JSONPath \(RFC 9535\): .*search/],
    ['$..a..b', /^may search the whole document once/],
    ['$..[?@.a]', /^may search the whole document once/],
    ['$.a[?$.b[*]]', /^may search the whole document once/],
    [`$.${'a'.repeat(600)}`, /^must be at most 500 characters$/],
  ])('%s', (path, complaint) => {
    const said = complaintAboutPath(path)
    if (complaint === null) expect(said).toBeNull()
    else expect(said).toMatch(complaint)
  })
})
