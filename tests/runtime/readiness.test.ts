import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tableOf } from '../../api/node/readiness.ts'
import { adminKey, eventually, freePort, startService, type Service } from '../support/service.ts'

const root = join(import.meta.dirname, '../..')

/** The command as an operator types it. */
async function check(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, ['api/node.ts', 'readiness', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
  })
  let out = ''
  child.stdout.on('data', (data: Buffer) => (out += data))
  child.stderr.on('data', (data: Buffer) => (out += data))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out }
}

const settings = (service: Service) => ({
  PORT: new URL(service.url).port,
  DATA_DIR: service.dir,
  ADMIN_API_KEY: adminKey,
})

test('a service that is well is ready, and one with a critical alert is not', async () => {
  await using service = await startService()
  const { out } = await eventually('all of it is ready', async () => {
    const checked = await check(settings(service))
    return checked.code === 0 && checked
  })
  expect(out).toMatch(/^ok {5}service {10}http:\/\/127\.0\.0\.1:\d+ answers$/m)
  for (const what of ['database', 'background work', 'publishing', 'page', 'probes', 'truth'])
    expect(out).toMatch(new RegExp(`^ok +${what} `, 'm'))
  expect(out).toContain('4 of 4 heard')
  expect(out).toMatch(/Ready, and no critical alert is open\.\n$/)

  const made = await service.api('/api/admin/alert-sources', {
    method: 'POST',
    body: { key: 'jobs', name: 'Jobs', kind: 'generic' },
  })
  const { secret } = (await made.json()) as { secret: string }
  const alarm = { event_type: 'job.failed', title: 'The backup failed', severity: 'critical' }
  const headers = { authorization: `Bearer ${secret}` }
  await service.api('/hooks/alerts/jobs', { method: 'POST', headers, body: alarm })
  const alarmed = await check(settings(service), service.url)
  expect(alarmed.code).toBe(1)
  expect(alarmed.out).toMatch(/^WRONG {2}alerts +1 critical: The backup failed$/m)
  expect(alarmed.out).toMatch(/Not ready: 1 of \d+ wrong\.\n$/)

  const keyless = await check({ PORT: settings(service).PORT, DATA_DIR: '/nowhere' })
  expect(keyless).toMatchObject({ code: 1, out: expect.stringContaining('set ADMIN_API_KEY') })
}, 60_000)

test('a service that is not there is not ready', async () => {
  const { code, out } = await check({ PORT: String(await freePort()), DATA_DIR: '/nowhere' })
  expect(code).toBe(1)
  expect(out).toMatch(/^WRONG {2}service +fetch failed: /m)
})

test('the table tells the wrong from the well', () => {
  const table = tableOf([
    { what: 'service', isWell: true, says: 'answers' },
    { what: 'background work', isWell: false, says: 'late: send' },
  ])
  expect(table).toBe(
    'ok     service          answers\nWRONG  background work  late: send\n\nNot ready: 1 of 2 wrong.\n',
  )
})
