import { expect, test } from 'vitest'
import { chapters, curlOf, fieldsOf, type OpenApi } from '../../site/openapi.ts'
import { servedWorld } from '../support/http.ts'

const api: OpenApi = {
  info: { description: '' },
  servers: [{ url: 'https://status.example' }],
  paths: {
    '/api/things': {
      post: {
        tags: ['Things'],
        summary: 'Make one',
        security: [{ key: [] }],
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/New' } } },
        },
        responses: { 201: { description: 'Made.' } },
      },
    },
  },
  components: {
    schemas: {
      New: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 100 },
          due: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
          parts: { type: 'array', maxItems: 5, items: { $ref: '#/components/schemas/Part' } },
        },
        required: ['name', 'parts'],
      },
      Part: {
        type: 'object',
        description: 'What it is made of.',
        properties: { kind: { type: 'string', enum: ['small', 'large'], default: 'small' } },
        required: ['kind'],
      },
    },
  },
}

test('fields are told with their place, their type and what is allowed', () => {
  expect(fieldsOf(api, { $ref: '#/components/schemas/New' })).toEqual([
    { name: 'name', type: 'string', required: true, about: '', allowed: 'at most 100 characters' },
    { name: 'due', type: 'instant or null', required: false, about: '', allowed: '' },
    { name: 'parts', type: 'list of Part', required: true, about: '', allowed: '' },
    {
      name: 'parts[].kind',
      type: 'string',
      required: true,
      about: '',
      allowed: 'small, large; usually "small"',
    },
  ])
})

test('an example has what is needed and nothing else', () => {
  const [{ entries }] = chapters(api) as [ReturnType<typeof chapters>[number]]
  expect(curlOf(api, entries[0]!)).toBe(
    [
      'curl -X POST https://status.example/api/things',
      `-H 'Authorization: Bearer key_id.secret'`,
      `-H 'Content-Type: application/json'`,
      `-d '{"name":"…","parts":[{"kind":"small"}]}'`,
    ].join(' \\\n  '),
  )
})

test('a schema that holds itself ends', () => {
  const endless = {
    ...api,
    components: { schemas: { Tree: { properties: { twig: { $ref: '#/x/Tree' } } } } },
  }
  expect(fieldsOf(endless, { $ref: '#/x/Tree' }).map(({ name }) => name)).toEqual([
    'twig',
    'twig.twig',
    'twig.twig.twig',
    'twig.twig.twig.twig',
  ])
})

test('the page of the API has every operation of its document, and every link leads somewhere', async () => {
  await using served = await servedWorld()
  const document = (await (await served.api('/api/openapi.json')).json()) as OpenApi
  const page = await served.deps.render('/api/docs', {})
  const html = await page.text()
  const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  for (const { anchor, entries } of chapters(document))
    for (const id of [anchor, ...entries.map((entry) => entry.anchor)]) expect(ids).toContain(id)
  for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
  expect(ids.size).toBe([...html.matchAll(/ id="([^"]+)"/g)].length)
})
