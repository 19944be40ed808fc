import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from '@libsql/client'
import { afterEach, expect, test } from 'vitest'
import { complaintsAbout } from '../../api/domain/question-rules.ts'
import { questionOf, type Question } from '../../api/domain/question.ts'
import { migrate, readMigrations } from '../../db/migrate.ts'
import { startSqld } from '../support/sqld.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-questions-'))
  closers.push(() => rm(dir, { recursive: true, force: true }))
  return dir
}

const machines: [string, () => Promise<Client>][] = [
  ['a file', async () => createClient({ url: `file:${join(await folder(), 'it.db')}` })],
  [
    'a libSQL server',
    async () => {
      const server = await startSqld(join(await folder(), 'data'))
      closers.push(server.stop)
      return createClient({ url: server.url })
    },
  ],
]

test.each(machines)(
  'on %s probes keep what they asked, and all that hangs on them',
  async (_, open) => {
    const client = await open()
    closers.push(() => client.close())
    const migrations = await readMigrations()
    const until = migrations.findIndex(({ name }) => name === '0004_probe_questions')
    await migrate(client, migrations.slice(0, until))
    await client.batch(
      [
        `INSERT INTO components (id, key, name, position, created_at, updated_at) VALUES ('c', 'c', 'C', 1, 0, 0)`,
        `INSERT INTO probes (id, key, component_id, kind, url, interval_ms, recheck_ms, timeout_ms, failure_threshold,
        success_threshold, next_at, created_at, updated_at)
        VALUES ('p', 'plain', 'c', 'http', 'https://shop.example/', 30000, 10000, 10000, 3, 2, 0, 0, 0)`,
        `INSERT INTO probes (id, key, component_id, kind, url, method, headers, expect_status, expect_text, interval_ms,
        recheck_ms, timeout_ms, failure_threshold, success_threshold, next_at, created_at, updated_at, state)
        VALUES ('q', 'set', 'c', 'http', 'https://shop.example/a?b="c"', 'HEAD', '{"x-a":"b, \\"c\\""}', '[200,401]', '', 1000,
        500, 500, 1, 1, 0, 0, 0, 'down')`,
        `INSERT INTO sample_buckets (probe_id, resolution, started_at, ok, histogram) VALUES ('q', 300, 0, 7, '7')`,
        `INSERT INTO alerts (id, source, event_type, severity, title, probe_id, created_at, updated_at)
        VALUES ('a', 'probe', 'probe.down', 'critical', 'Down', 'q', 0, 0)`,
      ],
      'write',
    )
    await migrate(client, migrations)
    const { rows } = await client.execute('SELECT key, question, state FROM probes ORDER BY key')
    const questions = rows.map(({ question }) => JSON.parse(question as string) as Question)
    const plain = questionOf('http', { url: 'https://shop.example/' }).question
    expect(questions).toEqual([
      plain,
      {
        ...plain,
        url: 'https://shop.example/a?b="c"',
        method: 'HEAD',
        headers: { 'x-a': 'b, "c"' },
        expect_status: [200, 401],
      },
    ])
    expect(questions.flatMap(complaintsAbout)).toEqual([])
    expect(rows[1]).toMatchObject({ key: 'set', state: 'down' })
    const counts = await client.execute(
      `SELECT (SELECT count(*) FROM sample_buckets) AS buckets, (SELECT count(*) FROM alerts WHERE probe_id = 'q') AS alerts`,
    )
    expect(counts.rows[0]).toMatchObject({ buckets: 1, alerts: 1 })
  },
)
