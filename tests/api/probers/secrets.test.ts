import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import type { QuestionFields } from '../../../api/domain/question.ts'
import { withoutSecrets } from '../../../api/probers/secrets.ts'
import { ask, question, serve } from './asking.ts'

test.each<[string, string, Pick<QuestionFields, 'headers' | 'body'>, string]>([
  ['a header', 'it is "s3cret!"', { headers: { 'x-key': 's3cret!' } }, 'it is "…"'],
  ['a part of one', 'it is s3cret!', { headers: { authorization: 'Bearer s3cret!' } }, 'it is …'],
  ['a cookie', 'it is s3cret!', { headers: { cookie: 'a=1; session=s3cret!' } }, 'it is …'],
  ['the longest first', 'abcdefgh', { headers: { a: 'abcd', b: 'abcdefgh' } }, '…'],
  ['the body', 'it is s3cret!', { body: 's3cret!' }, 'it is …'],
  ['nothing short', 'answered 503', { headers: { 'x-n': '5', accept: '503' } }, 'answered 503'],
])('a sentence is told without %s', (_, sentence, { headers = {}, body = '' }, told) => {
  expect(withoutSecrets(sentence, { headers, body })).toBe(told)
})

test('what a target repeats of what it was sent is not in the reason', async () => {
  const url = await serve(async (request, response) => {
    const body = await bodyOf(request)
    response.end(JSON.stringify({ headers: request.headers, body }))
  })
  const given = {
    method: 'POST',
    headers: { authorization: 'Bearer s3cret-1' },
    body: 's3cret-2',
  } as const
  const said = async (path: string) =>
    (await ask(question(url, { ...given, expect_json: [{ path, equals: 'x' }] }))).reason
  expect(await said('$.headers.authorization')).toBe(
    '$.headers.authorization is "…" instead of "x"',
  )
  expect(await said('$.body')).toBe('$.body is "…" instead of "x"')
})

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}
