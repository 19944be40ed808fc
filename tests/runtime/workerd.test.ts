import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { serveBytes } from '../support/conduct.ts'
import { listenRaw } from '../support/listen.ts'
import { testMachine } from '../support/machine-contract.ts'
import { adminKey, eventually } from '../support/service.ts'
import { startWorker, type Worker } from '../support/workerd.ts'

let worker: Worker
testMachine(
  async (env) => (worker = await startWorker({ ...env, PROBE_ALLOW_PRIVATE: '127.0.0.1/32' })),
)

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
      return (await find(json.id)).state === 'up'
    })
  } finally {
    await target.close()
  }
})

test('what is no public address is refused here too, also behind a redirect', async () => {
  const target = await listenRaw((_, response) => {
    response.writeHead(302, { location: 'http://10.0.0.1/' }).end()
  })
  try {
    const asks = {
      direct: { url: 'http://169.254.169.254/latest/' },
      mapped: { url: 'http://[::ffff:10.0.0.1]/' },
      translated: { url: 'http://[64:ff9b::10.0.0.1]/' },
      local: { url: 'http://[fe80::1]/' },
      redirected: { url: target.url },
      spelled: { kind: 'tcp', host: '0x7f.2', port: 22 },
    }
    for (const [key, given] of Object.entries(asks)) await post({ key, ...given })
    const reasons = await eventually('all were looked at', async () => {
      await worker.beat()
      const probes = await Promise.all(Object.keys(asks).map(find))
      return probes.every(({ last_reason }) => last_reason !== '') && probes
    })
    const six = ['::ffff:a00:1', '64:ff9b::a00:1', 'fe80::1']
    const addresses = ['169.254.169.254', ...six, '10.0.0.1', '127.0.0.2']
    expect(reasons).toMatchObject(addresses.map(refused))
  } finally {
    await target.close()
  }
})

type Probe = { id: string; state: string; last_reason: string }

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

async function find(idOrKey: string): Promise<Probe> {
  const headers = { authorization: `Bearer ${adminKey}` }
  const answer = await fetch(`${worker.url}/api/admin/probes/${idOrKey}`, { headers })
  return (await answer.json()) as Probe
}

function refused(address: string) {
  return {
    state: 'unknown',
    last_reason: `${address} is not a public address and is not allowed`,
  }
}
