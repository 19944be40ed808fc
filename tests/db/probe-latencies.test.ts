import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { migrate, readMigrations } from '../../db/migrate.ts'

const probe = (key: string, slow: number, degradedMs: number | null) => ({
  sql: `INSERT INTO probes (id, key, component_id, kind, interval_ms, recheck_ms, timeout_ms, failure_threshold,
    success_threshold, degraded_ms, slow, next_at, created_at, updated_at)
    VALUES (?, ?, 'c', 'http', 30000, 10000, 10000, 3, 2, ?, ?, 0, 0, 0)`,
  args: [key, key, degradedMs, slow],
})

test('probes keep which of their last answers were slow', async () => {
  const client = createClient({ url: ':memory:' })
  const migrations = await readMigrations()
  const until = migrations.findIndex(({ name }) => name === '0005_judging')
  await migrate(client, migrations.slice(0, until))
  await client.batch(
    [
      `INSERT INTO components (id, key, name, position, created_at, updated_at) VALUES ('c', 'c', 'C', 1, 0, 0)`,
      probe('fast', 0, 800),
      probe('metric', 0b00011, null),
      probe('slow', 0b10110, 800),
    ],
    'write',
  )
  await migrate(client, migrations)
  const { rows } = await client.execute('SELECT latencies FROM watches ORDER BY probe_id')
  expect(rows.map(({ latencies }) => JSON.parse(latencies as string) as number[])).toEqual([
    [],
    [0, 0, 0, 1, 1],
    [801, 0, 801, 801, 0],
  ])
  client.close()
})
