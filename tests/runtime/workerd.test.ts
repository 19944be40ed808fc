import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { serveBytes } from '../support/conduct.ts'
import { testMachine } from '../support/machine-contract.ts'
import { adminKey, eventually } from '../support/service.ts'
import { startWorker, type Worker } from '../support/workerd.ts'

let worker: Worker
testMachine(async (env) => (worker = await startWorker(env)))

test('the bundle stays below the 1 MiB, gzipped, that every plan of Workers allows', async () => {
  expect(await worker.size()).toBeLessThan(1024 * 1024)
})

test('TCP is asked here too; what Workers cannot ask is refused with the reason', async () => {
  expect(await post({ kind: 'tls', host: 'shop.example' })).toMatchObject({
    status: 422,
    json: { errors: [{ path: 'kind', message: expect.stringContaining('on Workers') }] },
  })
  expect(await post({ kind: 'dns', name: 'shop.example', resolver: '9.9.9.9' })).toMatchObject({
    status: 422,
    json: { errors: [{ path: 'resolver' }] },
  })
  const target = await serveBytes((socket) => {
    socket.once('data', () => socket.write('220 ready'))
  })
  try {
    const host = '127.0.0.1'
    const asks = { kind: 'tcp', host, port: target.port, send: 'HELO', expect_text: 'ready' }
    const { json } = await post({ ...asks, interval_ms: 1000 })
    await eventually('the port was asked', async () => {
      await worker.beat()
      const headers = { authorization: `Bearer ${adminKey}` }
      const answer = await fetch(`${worker.url}/api/admin/probes/${json.id}`, { headers })
      return ((await answer.json()) as Probe).state === 'up'
    })
  } finally {
    await target.close()
  }
})

type Probe = { id: string; state: string }

test('every migration is in the bundle, in order', async () => {
  const folder = new URL('../../db/migrations/', import.meta.url)
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  const source = new URL('../../api/worker/migrations.ts', import.meta.url)
  const text = await readFile(source, 'utf8')
  const imported = [...text.matchAll(/import (\w+) from '[./]*db\/migrations\/(\S+)'/g)]
  const listed = [...text.matchAll(/\{ name: '(\w+)', sql: (\w+) \}/g)]
  expect(imported.map(([, , file]) => file)).toEqual(files)
  expect(listed.map(([, name, variable]) => [`${name}.sql`, variable])).toEqual(
    imported.map(([, variable, file]) => [file, variable]),
  )
})

async function post(given: object) {
  const answer = await fetch(`${worker.url}/api/admin/probes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key: 'p', component: 'checkout', opens_incident: 'no', ...given }),
  })
  return { status: answer.status, json: (await answer.json()) as Probe }
}
