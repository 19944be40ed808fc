import { createRoute, z } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import { DomainError } from '../../../api/domain/error.ts'
import { problemOf, problems, routes } from '../../../api/routes/openapi.ts'

const body = z.strictObject({
  name: z.string().min(1),
  components: z.array(z.strictObject({ status: z.enum(['operational', 'major_outage']) })),
})

const app = routes()
app.onError((error) => problemOf(error as DomainError, 'r1'))
app.openapi(
  createRoute({
    method: 'post',
    path: '/things',
    request: { body: { required: true, content: { 'application/json': { schema: body } } } },
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: body } } },
      ...problems('invalid', 'conflict'),
    },
  }),
  (c) => c.json(c.req.valid('json'), 200),
)

const post = (value: object) =>
  app.request('/things', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  })

test('a refused value is answered with its path and what is allowed there', async () => {
  const answer = await post({ name: 'x', components: [{ status: 'fine' }], colour: 'red' })
  expect(answer.status).toBe(422)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const allowed = 'Invalid option: expected one of "operational"|"major_outage"'
  expect(await answer.json()).toEqual({
    type: 'about:blank',
    title: 'invalid',
    status: 422,
    code: 'invalid',
    detail: `components.0.status: ${allowed} (and 1 more)`,
    errors: [
      { path: 'components.0.status', message: allowed },
      { path: 'colour', message: 'is not known here' },
    ],
    request_id: 'r1',
  })
})

test('a refusal says when to try again', () => {
  const error = new DomainError('too_many', 'slow down', { retryAfter: 30 })
  const answer = problemOf(error, undefined)
  expect(answer.status).toBe(429)
  expect(answer.headers.get('retry-after')).toBe('30')
})

test('the refusals of a route are part of the OpenAPI document', () => {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'test', version: '1' },
  })
  const responses = document.paths!['/things']!.post!.responses!
  expect(Object.keys(responses)).toEqual(['200', '409', '422'])
})
