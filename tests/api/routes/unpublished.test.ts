import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishDue } from '../../../api/actions/publishing/publish.ts'
import { everyDocument } from '../../../api/actions/publishing/calendar.ts'
import { touch } from '../../../api/actions/save.ts'
import { servedWorld, type Served } from '../../support/http.ts'

let served: Served

beforeAll(async () => {
  served = await servedWorld()
})
afterAll(() => served.dispose())

const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
  served.app.fetch(new Request(`http://status.example${path}`, { headers, method }))
const html = { accept: 'text/html,*/*;q=0.8' }

describe('before anything is published', () => {
  test.each([
    ['English, where nothing is asked for', '/', {}, 'This page is being prepared'],
    [
      'the reader’s language',
      '/',
      { 'accept-language': 'de-AT,en;q=0.5' },
      'Diese Seite wird gerade',
    ],
    ['the language of the path', '/fr/incidents/x', { 'accept-language': 'de' }, 'Cette page est'],
  ])('a page says so in %s', async (_, path, language, words) => {
    const answer = await ask(path, { ...html, ...language })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe')
    const text = await answer.text()
    expect(text).toContain(words)
    expect(text).toContain('http-equiv="refresh"')
  })

  test('programs get a problem, and are told when to come again', async () => {
    const answer = await ask('/api/v2/summary.json', { accept: 'application/json' })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(await answer.json()).toMatchObject({ code: 'unavailable' })
  })

  test('a POST to nowhere is just that', async () => {
    expect((await ask('/nowhere', html, 'POST')).status).toBe(404)
  })
})

test('afterwards what is not there is missing', async () => {
  await served.deps.db.write([touch(served.deps, await everyDocument(served.deps))])
  await publishDue(served.deps)
  expect((await ask('/', html)).status).toBe(200)
  const answer = await ask('/nowhere', html)
  expect(answer.status).toBe(404)
  const text = await answer.text()
  for (const way of ['href="/"', 'href="/history"', 'href="/subscribe"'])
    expect(text.split('<main')[1]).toContain(way)
})
