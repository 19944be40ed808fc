import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, published, startService } from '../support/service.ts'
import { startSqld } from '../support/sqld.ts'

const root = join(import.meta.dirname, '../..')
let scratch: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'allclear-start-'))
})

afterAll(() => rm(scratch, { recursive: true, force: true }))

/** A command that ends by itself. */
async function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['api/node.ts', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: join(scratch, 'data'), ...env },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (data: Buffer) => (out += data))
  child.stderr.on('data', (data: Buffer) => (err += data))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}

describe('what is wrong ends the start with one sentence', () => {
  const wrong: [string, Record<string, string>, string][] = [
    ['a port that is none', { PORT: 'http' }, 'PORT: must be a port, 0 to 65535'],
    [
      'a foreign address',
      { HOST: '192.0.2.1' },
      'HOST: 192.0.2.1 is not an address of this machine',
    ],
    ['a short secret', { SECRET_KEY: 'short' }, 'SECRET_KEY: must have at least 32 characters'],
    [
      'another kind of database',
      { DATABASE_URL: 'postgres://db' },
      'DATABASE_URL: must start with file:, libsql:, http: or https:',
    ],
    [
      'half of an account',
      { TWILIO_AUTH_TOKEN: 'x' },
      'TWILIO_ACCOUNT_SID: is missing; TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN belong together',
    ],
    [
      'a profile that is not there',
      { CONFIG: '/nowhere/shop.yaml' },
      'CONFIG: /nowhere/shop.yaml cannot be read (ENOENT)',
    ],
    [
      'a place that is no folder',
      { DATA_DIR: '/dev/null/data' },
      'DATA_DIR: /dev/null/data cannot be written (ENOTDIR)',
    ],
  ]
  test.each(wrong)('%s', async (_, env, sentence) => {
    expect(await run([], env)).toEqual({ code: 1, out: '', err: `${sentence}\n` })
  })

  test('a port that is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const { code, err } = await run([], { PORT: String(port) })
    other.close()
    expect([code, err]).toEqual([1, `PORT: ${port} is already in use on 127.0.0.1\n`])
  })

  test('a mistake in a profile, with file, line and field', async () => {
    const file = join(scratch, 'shop.yaml')
    const demo = await readFile(join(root, 'db/profiles/demo.yaml'), 'utf8')
    await writeFile(file, demo.replace('interval: 5s', 'interval: fast'))
    const { code, err } = await run([], { CONFIG: file })
    const line = 1 + demo.split('\n').findIndex((text) => text.includes('interval: 5s'))
    expect([code, err]).toEqual([
      1,
      `${file}:${line} probes.0.interval: must be a duration such as 30s, 5m or 2h\n`,
    ])
  })

  test('a command that does not exist', async () => {
    expect(await run(['stop'])).toEqual({
      code: 1,
      out: '',
      err: 'stop is none of start, migrate, export, readiness, agent\n',
    })
  })
})

test('the first start makes its secrets and shows the key; the next keeps them and is silent', async () => {
  await using service = await startService({ ADMIN_API_KEY: '' })
  const banner = () => /^ {2}Key +(\S+)/m.exec(service.output())?.[1]
  const key = await eventually('the banner', async () => banner())
  for (const file of ['secret-key', 'admin-api-key'])
    expect((await stat(join(service.dir, file))).mode & 0o777).toBe(0o600)
  const headers = { authorization: `Bearer ${key}` }
  expect((await fetch(`${service.url}/api/admin/keys`, { headers })).status).toBe(200)
  const page = await (await fetch(`${service.url}/api/v2/summary.json`)).json()

  expect(await service.kill('SIGTERM')).toBe(0)
  const before = service.output().length
  await service.restart()
  await eventually('the key opens the door again', async () => {
    const response = await fetch(`${service.url}/api/admin/keys`, { headers })
    return response.ok
  })
  expect(service.output().slice(before)).toContain('Allclear is running')
  expect(service.output().slice(before)).not.toContain(key)
  const again = await (await fetch(`${service.url}/api/v2/summary.json`)).json()
  expect((again as { page: object }).page).toEqual((page as { page: object }).page)
})

test('an empty secret, as after a power cut, is refused instead of used', async () => {
  const dir = join(scratch, 'cut')
  await mkdir(dir)
  await writeFile(join(dir, 'secret-key'), '')
  const { code, err } = await run([], { DATA_DIR: dir })
  expect(code).toBe(1)
  expect(err).toMatch(/secret-key: has fewer than 32 characters; restore it/)
})

test('SIGTERM lets a request in flight end', async () => {
  await using service = await startService()
  const { hostname, port } = new URL(service.url)
  const { connect } = await import('node:net')
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (data) => (answer += data))
  const body = JSON.stringify({ channel: 'email', address: 'ada@example.com' })
  const head = `POST /api/subscribers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
  socket.write(head + body.slice(0, 10))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const ended = service.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.write(body.slice(10))
  expect(await ended).toBe(0)
  expect(answer).toMatch(/^HTTP\/1\.1 202 /)
})

test('while the database is gone pages answer and writes are told to come back; then all goes on', async () => {
  const data = join(scratch, 'server')
  const first = await startSqld(data)
  await using service = await startService({ DATABASE_URL: first.url })
  const subscribe = () =>
    service.api('/api/subscribers', {
      method: 'POST',
      body: { channel: 'email', address: 'ada@example.com' },
    })
  expect((await subscribe()).status).toBe(202)
  await service.kill('SIGKILL')
  await first.stop()
  await service.restart()

  expect((await fetch(service.url)).status).toBe(200)
  const refused = await eventually('the service is loaded', async () => {
    const response = await subscribe()
    return response.headers.get('content-type')?.includes('problem+json') && response
  })
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)

  const second = await startSqld(data, Number(new URL(first.url).port))
  await eventually('it takes writes again', async () => (await subscribe()).status === 202)
  await service.kill('SIGTERM')
  await second.stop()
})

test('the published set can be exported for any static host', async () => {
  await using service = await startService()
  await published(service)
  const summary = await (await fetch(`${service.url}/api/v2/summary.json`)).text()
  await service.kill('SIGTERM')
  const out = join(scratch, 'static')
  expect(await run(['export', out], { DATA_DIR: service.dir })).toMatchObject({ code: 0, err: '' })
  const files = await readdir(out, { recursive: true })
  expect(files).toEqual(
    expect.arrayContaining([
      'index.html',
      '404.html',
      'subscribe/index.html',
      'de/index.html',
      'de/404.html',
      'ja/subscribe/index.html',
      'api/v2/status.json',
      'og/operational.png',
    ]),
  )
  expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('Corner Shop')
  expect(await readFile(join(out, 'api/v2/summary.json'), 'utf8')).toBe(summary)
})

test('nothing published cannot be exported, and migrations can be applied ahead', async () => {
  const env = { DATA_DIR: join(scratch, 'fresh') }
  expect(await run(['migrate'], env)).toMatchObject({
    code: 0,
    out: expect.stringContaining('0000_initial'),
  })
  expect(await run(['migrate'], env)).toMatchObject({ code: 0, out: 'Nothing to migrate.\n' })
  expect(await run(['export', join(scratch, 'none')], env)).toMatchObject({ code: 1, out: '' })
})
