import type { Client, InStatement } from '@libsql/client'
import type { Deps } from '../../api/deps.ts'

/** What the database is asked from now on, by request; over HTTP each is a round trip. */
export function requestsTo(deps: Deps): InStatement[][] {
  const requests: InStatement[][] = []
  const client = clientOf(deps)
  const { execute, batch } = client
  client.execute = (statement: InStatement) => {
    requests.push([statement])
    return execute(statement)
  }
  client.batch = (statements, mode) => {
    requests.push(statements as InStatement[])
    return batch(statements, mode)
  }
  return requests
}

/** How SQLite goes about a statement. */
export async function planOf(deps: Deps, statement: InStatement): Promise<string[]> {
  const { sql, args = [] } = statement as { sql: string; args?: [] }
  const { rows } = await clientOf(deps).execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args })
  return rows.map(({ detail }) => String(detail))
}

function clientOf(deps: Deps): Client {
  return (deps.db as unknown as { $client: Client }).$client
}
