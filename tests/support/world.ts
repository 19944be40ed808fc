import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { readConfig } from '../../api/config.ts'
import type { Clock, Deps } from '../../api/deps.ts'
import { createLog } from '../../api/log.ts'
import type { Probers } from '../../api/probers/prober.ts'
import { createSecrets, newId } from '../../api/secrets.ts'
import { directoryStore } from '../../api/stores/directory.ts'
import { openDatabase } from '../../db/client.ts'
import { freshDatabase } from './migrated.ts'

/** A clock that stands still until a test moves it; sleepers wake when their time has come. */
export type TestClock = Clock & { advance(ms: number): void }

export function testClock(start = Date.parse('2026-11-21T12:00:00Z')): TestClock {
  let now = start
  let sleepers: { at: number; wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (ms) =>
      ms > 0
        ? new Promise((wake) => sleepers.push({ at: now + ms, wake }))
        : new Promise((wake) => setImmediate(wake)),
    advance(ms) {
      now += ms
      const due = sleepers.filter((sleeper) => sleeper.at <= now)
      sleepers = sleepers.filter((sleeper) => sleeper.at > now)
      for (const sleeper of due) sleeper.wake()
    },
  }
}

export type World = {
  deps: Deps
  clock: TestClock
  dir: string
  /** Everything that was deferred has ended. */
  settled(): Promise<void>
  log: string[]
  dispose(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const nobody = () => Promise.reject(new Error('no prober in this test'))
const noProbers: Probers = {
  http: { kind: 'http', ask: nobody },
  tcp: { kind: 'tcp', ask: nobody },
  dns: { kind: 'dns', ask: nobody },
  tls: { kind: 'tls', ask: nobody },
  heartbeat: { kind: 'heartbeat', ask: nobody },
  metric: { kind: 'metric', ask: nobody },
}

/** A complete set of Deps on a fresh database file; pass what the test looks at. */
export async function world(
  given: Partial<Deps> & { clock?: TestClock; env?: Record<string, string> } = {},
): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-'))
  const clock = given.clock ?? testClock()
  const log: string[] = []
  const deferred = new Set<Promise<void>>()
  const file = join(dir, 'allclear.db')
  await freshDatabase(file)
  const { database, connect } = openDatabase({
    async connect() {
      const client = createClient({ url: `file:${file}`, concurrency: 1, timeout: 100 })
      await client.execute('PRAGMA secure_delete = FAST')
      return client
    },
    sleep: () => Promise.resolve(),
    random: () => 0.5,
  })
  await connect()
  const env = { PUBLIC_URL: 'http://status.example', DATA_DIR: dir, ...given.env }
  const deps: Deps = {
    db: database,
    clock,
    instance: newId(),
    startedAt: clock.now(),
    newId,
    random: () => 0.5,
    config: readConfig(env),
    publicUrl: env.PUBLIC_URL,
    secrets: await createSecrets('a secret of tests that is long enough'),
    providers: [],
    refusalOf: () => Promise.resolve(null),
    probers: noProbers,
    store: await directoryStore(join(dir, 'published'), {
      https: false,
      maker: () => Promise.resolve('tests'),
    }),
    render: () => Promise.reject(new Error('no renderer in this test')),
    defer(task) {
      const running = task(() => false).finally(() => deferred.delete(running))
      deferred.add(running)
    },
    log: createLog((line) => log.push(line), clock.now),
    demo: null,
    inboxUrl: null,
    ...given,
  }
  const settled = async () => {
    while (deferred.size > 0) await Promise.all(deferred)
  }
  const dispose = async () => {
    await settled()
    database.close()
    await rm(dir, { recursive: true, force: true })
  }
  return { deps, clock, dir, log, settled, dispose, [Symbol.asyncDispose]: dispose }
}
