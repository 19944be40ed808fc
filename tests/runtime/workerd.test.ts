import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { testMachine } from '../support/machine-contract.ts'
import { startWorker, type Worker } from '../support/workerd.ts'

let worker: Worker
testMachine(async (env) => (worker = await startWorker(env)))

test('the bundle stays below the 1 MiB, gzipped, that every plan of Workers allows', async () => {
  expect(await worker.size()).toBeLessThan(1024 * 1024)
})

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
