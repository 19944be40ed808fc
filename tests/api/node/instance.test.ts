import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { succeed } from '../../../api/node/instance.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allclear-instance-'))
})

afterEach(() => rm(dir, { recursive: true, force: true }))

async function released(): Promise<string[]> {
  const freed: string[] = []
  await succeed(dir, 'mine', async (instance) => void freed.push(instance))
  return freed
}

const dead = () => spawnSync(process.execPath, ['-e', '']).pid

const before: [string, () => object | string, string[]][] = [
  ['a process that is dead', () => ({ instance: 'old', pid: dead(), host: hostname() }), ['old']],
  [
    'a container under the same number',
    () => ({ instance: 'old', pid: process.pid, host: hostname() }),
    ['old'],
  ],
  [
    'a process that still runs',
    () => ({ instance: 'old', pid: process.ppid, host: hostname() }),
    [],
  ],
  ['a process of another host', () => ({ instance: 'old', pid: dead(), host: 'elsewhere' }), []],
  ['something unreadable', () => 'not JSON', []],
]
test.each(before)('after %s', async (_, predecessor, expected) => {
  await writeFile(join(dir, 'instance'), JSON.stringify(predecessor()))
  expect(await released()).toEqual(expected)
  expect(JSON.parse(await readFile(join(dir, 'instance'), 'utf8'))).toMatchObject({
    instance: 'mine',
    pid: process.pid,
  })
})

test('the first one has nobody to succeed', async () => {
  expect(await released()).toEqual([])
  expect(await released()).toEqual([])
})
