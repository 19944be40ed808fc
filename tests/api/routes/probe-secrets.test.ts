import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeProbers } from '../../../api/node/probers.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { listenRaw, type Listening } from '../../support/listen.ts'
import { checks, findProbe } from '../../support/probed.ts'

const secrets = ['s3cret-header', 's3cret-cookie', 's3cret-body', 's3cret-line']

let served: Administered
let target: Listening

/** A target that repeats all that it is sent, and is never well. */
beforeEach(async () => {
  served = await administered()
  served.deps.probers = nodeProbers({
    allow: ['127.0.0.0/8'],
    reaching: (others) => others,
    userAgent: 'test',
  })
  target = await listenRaw((request, response) => {
    let body = ''
    request.on('data', (data) => (body += data))
    request.on('end', () => {
      response.writeHead(200, { 'x-echo': String(request.headers['x-key']) })
      response.end(JSON.stringify({ headers: request.headers, body }))
    })
  })
  const { port } = new URL(target.url)
  const usual = { component: 'checkout', failure_threshold: 2 }
  const sent = {
    url: `${target.url}/`,
    method: 'POST',
    headers: { 'x-key': 's3cret-header', cookie: 'a=1; session=s3cret-cookie' },
    body: 's3cret-body',
  }
  const paths = ['$.headers["x-key"]', '$.headers.cookie', '$.body']
  for (const [i, path] of paths.entries()) {
    const asks = { ...sent, expect_json: [{ path, equals: 'well' }] }
    await served.send('POST', 'probes', { key: `http-${i}`, ...usual, ...asks })
  }
  const line = { kind: 'tcp', host: '127.0.0.1', port: Number(port), expect_text: 'well' }
  await served.send('POST', 'probes', {
    key: 'tcp',
    ...usual,
    ...line,
    send: 's3cret-line\r\n\r\n',
  })
})
afterEach(async () => {
  await target.close()
  await served[Symbol.asyncDispose]()
})

test('what is sent in confidence is told to nobody, though the target repeats it', async () => {
  await checks(served, 20)
  const states = await Promise.all(
    ['http-0', 'http-1', 'http-2', 'tcp'].map(async (key) => findProbe(served.deps, key)),
  )
  expect(states.map(({ state }) => state)).toEqual(Array(4).fill('down'))
  expect(states[0]!.lastReason).toBe('$.headers["x-key"] is "…" instead of "well"')

  const told = [...served.log, ...(await everyAnswer()), ...(await everyRowBut('probes'))]
  expect(told.length).toBeGreaterThan(50)
  for (const secret of secrets)
    expect(told.filter((one) => one.includes(secret)).map((one) => one.slice(0, 300))).toEqual([])
})

/** What an operator who may only read is answered, wherever no id is needed. */
async function everyAnswer(): Promise<string[]> {
  const key = await served.keyWith('read')
  const paths = await pathsToRead()
  expect(paths.length).toBeGreaterThan(10)
  return Promise.all(
    paths.map(async (path) => `${path} ${await (await served.api(path, { headers: key })).text()}`),
  )
}

async function pathsToRead(): Promise<string[]> {
  const answer = await served.api('/api/openapi.json', {})
  const { paths } = (await answer.json()) as { paths: Record<string, object> }
  const fixed = Object.entries(paths).filter(([path, on]) => 'get' in on && !path.includes('{'))
  return [...fixed.map(([path]) => path), '/', '/history', '/api/v2/summary.json']
}

async function everyRowBut(left: string): Promise<string[]> {
  const tables = await served.deps.db.all<{ name: string }>(
    sql`SELECT name FROM sqlite_master WHERE type = 'table' AND name <> ${left}`,
  )
  const rows = await Promise.all(
    tables.map(({ name }) => served.deps.db.all(sql.raw(`SELECT '${name}', * FROM "${name}"`))),
  )
  return rows.flat().map((row) => JSON.stringify(row))
}
