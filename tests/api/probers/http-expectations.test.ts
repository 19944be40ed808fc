import { gzipSync } from 'node:zlib'
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { QuestionFields } from '../../../api/domain/question.ts'
import { ask, question, serve } from './asking.ts'

async function answered(status: number, body: string, given: QuestionFields) {
  const url = await serve((_, response) => void response.writeHead(status).end(body))
  return ask(question(url, given))
}

describe('an answer is as it should be', () => {
  test.each<[string, number, string, QuestionFields]>([
    ['with a status in a range', 418, '', { expect_status: ['4xx'] }],
    ['with a status between two', 250, '', { expect_status: ['200-299', 404] }],
    ['without what is forbidden', 200, 'all fine', { forbid_text: 'error' }],
    ['with the value at a path', 200, '{"a":1}', { expect_json: [{ path: '$.a', equals: 1 }] }],
    [
      'with what is expected deep in the body',
      200,
      `${' '.repeat(200 * 1024)}end`,
      { expect_text: 'end' },
    ],
  ])('%s', async (_, status, body, given) => {
    expect(await answered(status, body, given)).toMatchObject({ outcome: 'ok', reason: '' })
  })
})

describe('an answer is not as it should be', () => {
  const exists = [{ path: '$', exists: true }]
  test.each<[string, number, string, QuestionFields, string]>([
    [
      'outside the range',
      200,
      '',
      { expect_status: ['3xx', 404] },
      'answered 200 instead of 3xx or 404',
    ],
    ['with what is forbidden', 200, 'an error', { forbid_text: 'error' }, 'the body holds "error"'],
    [
      'with another value at a path',
      200,
      '{"a":2}',
      { expect_json: [{ path: '$.a', equals: 1 }] },
      '$.a is 2 instead of 1',
    ],
    ['with no JSON at all', 200, '<html>', { expect_json: exists }, 'the body is not JSON'],
    [
      'with more JSON than we read',
      200,
      JSON.stringify('a'.repeat(300 * 1024)),
      { expect_json: exists },
      'the body is longer than 256 KiB, too long for expect_json',
    ],
    [
      'with a text too late in the body',
      200,
      `${' '.repeat(300 * 1024)}end`,
      { expect_text: 'end' },
      'the body lacks "end"',
    ],
  ])('%s', async (_, status, body, given, reason) => {
    expect(await answered(status, body, given)).toMatchObject({ outcome: 'failed', status, reason })
  })
})

test('a body that unpacks without end is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(2 ** 26, 'a'))
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
  })
  const before = process.memoryUsage.rss()
  const sample = await ask(question(url, { expect_text: 'end' }))
  expect(sample).toMatchObject({ outcome: 'failed', reason: 'the body lacks "end"' })
  expect(process.memoryUsage.rss() - before).toBeLessThan(48 * 2 ** 20)
})

/** A server that sends elsewhere first, and everything that it is asked. */
async function sending(status: number, target?: string) {
  const heard: string[] = []
  const url = await serve(async (request, response) => {
    heard.push(`${request.method} ${request.url} ${await bodyOf(request)}`.trim())
    if (request.url !== '/') return void response.end('there')
    response.writeHead(status, { location: target ?? '/there' }).end()
  })
  return { url, heard }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}

describe('what is asked', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)('by %s', async (method) => {
    const heard: string[] = []
    const url = await serve(async (request, response) => {
      heard.push(`${request.method} ${request.headers['content-type']} ${await bodyOf(request)}`)
      response.end()
    })
    const headers = { 'content-type': 'application/json' }
    const body = method === 'OPTIONS' ? '' : '{"a":1}'
    expect(await ask(question(url, { method, headers, body }))).toMatchObject({ outcome: 'ok' })
    expect(heard).toEqual([`${method} application/json ${body}`])
  })

  test.each([
    [301, ['POST / ping', 'GET /there']],
    [302, ['POST / ping', 'GET /there']],
    [303, ['POST / ping', 'GET /there']],
    [307, ['POST / ping', 'POST /there ping']],
    [308, ['POST / ping', 'POST /there ping']],
  ])('goes on after %i as browsers do it', async (status, expected) => {
    const { url, heard } = await sending(status)
    const given = { method: 'POST', body: 'ping', expect_text: 'there' } as const
    expect(await ask(question(url, given))).toMatchObject({ outcome: 'ok' })
    expect(heard).toEqual(expected)
  })

  test('never carries its body to another origin', async () => {
    const other = await sending(200)
    const { url } = await sending(307, `${other.url}/there`)
    const sample = await ask(question(url, { method: 'POST', body: 'secret' }))
    expect(sample).toMatchObject({ outcome: 'failed', reason: 'answered 307 instead of 2xx' })
    expect(other.heard).toEqual([])
  })

  test('goes nowhere else where no redirect is to be followed', async () => {
    const { url, heard } = await sending(302)
    expect(await ask(question(url, { max_redirects: 0 }))).toMatchObject({
      outcome: 'failed',
      reason: 'answered 302 instead of 2xx',
    })
    expect(heard).toEqual(['GET /'])
  })
})
