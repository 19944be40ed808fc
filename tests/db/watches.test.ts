import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { migrate, readMigrations } from '../../db/migrate.ts'

const belief = {
  state: 'down',
  state_since: 1000,
  failures: 1,
  successes: 2,
  streak_started_at: 900,
  latencies: '[80,120]',
  flips: '[500,1000]',
  flapping_until: 9000,
  last_checked_at: 2000,
  last_latency_ms: 80,
  last_reason: 'answered 503',
  certificate_expires_at: 5000,
  certificate_warned_days: 7,
  next_at: 3000,
  leased_until: 2500,
  version: 7,
}

function probe(key: string, paused: number) {
  const fields = ['id', 'key', 'paused', ...Object.keys(belief)]
  return {
    sql: `INSERT INTO probes (component_id, kind, interval_ms, recheck_ms, timeout_ms, failure_threshold,
      success_threshold, created_at, updated_at, ${fields.join(', ')})
      VALUES ('c', 'http', 30000, 10000, 10000, 3, 2, 0, 0, ${fields.map(() => '?').join(', ')})`,
    args: [key, key, paused, ...Object.values(belief)],
  }
}

test('what probes believe becomes what the main region believes, and their word', async () => {
  const client = createClient({ url: ':memory:' })
  const migrations = await readMigrations()
  const until = migrations.findIndex(({ name }) => name === '0008_watches')
  await migrate(client, migrations.slice(0, until))
  await client.batch(
    [
      `INSERT INTO components (id, key, name, position, created_at, updated_at) VALUES ('c', 'c', 'C', 1, 0, 0)`,
      probe('asked', 0),
      probe('paused', 1),
    ],
    'write',
  )
  await migrate(client, migrations)
  const watches = await client.execute('SELECT * FROM watches ORDER BY probe_id')
  expect(watches.rows).toMatchObject([
    { probe_id: 'asked', region: 'main', ...belief },
    { probe_id: 'paused', region: 'main', ...belief, next_at: null },
  ])
  const probes = await client.execute('SELECT * FROM probes ORDER BY id')
  const { state, state_since, version } = belief
  expect(probes.rows).toMatchObject([
    { id: 'asked', regions: '[]', quorum: null, state, state_since, version },
    { id: 'paused', regions: '[]', quorum: null, state, state_since, version },
  ])
  client.close()
})
