import { createClient } from '@libsql/client/web'
import { openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { DomainError } from '../domain/error.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../deps.ts'
import { migrations } from './migrations.ts'

/** The database over HTTP, one client for all requests of an isolate: each statement is a request of its own. */
export function workerDatabase(config: Config, clock: Clock) {
  const { DATABASE_URL: url, DATABASE_AUTH_TOKEN: authToken } = config
  if (!url || url.startsWith('file:'))
    throw new DomainError('invalid', 'DATABASE_URL: must name a libSQL server, libsql: or https:')
  return openDatabase({
    async connect() {
      // Without its own limit: a request must not wait for what another one does.
      const client = createClient({ url, authToken, concurrency: 0 })
      await migrate(client, migrations)
      return client
    },
    sleep: clock.sleep,
    random: Math.random,
  })
}
