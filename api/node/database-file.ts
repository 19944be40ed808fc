import { ConnectionPool, createClient, Sqlite3Client } from '@libsql/client/sqlite3'
import { migrate, readMigrations } from '../../db/migrate.ts'

type Connection = ReturnType<ConnectionPool['acquireSync']>
type Prepared = ReturnType<Connection['prepare']>

/** Texts whose statements are kept: far more than the service has, but for lists of any length. */
const MOST_KEPT = 500

/** Applies what is missing on a connection of its own: statements it leaves open would lock tables for the app's. */
export async function migrateFile(url: string): Promise<string[]> {
  const client = createClient({ url, concurrency: 1, timeout: 5_000 })
  try {
    await client.execute('PRAGMA journal_mode = WAL')
    return await migrate(client, await readMigrations())
  } finally {
    client.close()
  }
}

/**
 * A client of a database file on one connection, whose statements stay prepared: preparing one takes longer than
 * running it. `timeout` is how long it waits for a lock, in ms.
 */
export function openFile(url: string, timeout: number): Sqlite3Client {
  return new Sqlite3Client(new KeepingPool(pathOf(url), { timeout }, 1), 'number')
}

function pathOf(url: string): string {
  return decodeURIComponent(url.replace(/^file:(\/\/(localhost)?(?=\/))?/, ''))
}

class KeepingPool extends ConnectionPool {
  readonly #known = new WeakSet<Connection>()

  override acquireSync(forTransaction?: boolean): Connection {
    const connection = super.acquireSync(forTransaction)
    if (this.#known.has(connection)) return connection
    this.#known.add(connection)
    // Whoever is erased must not be readable in the file's free space either.
    connection.exec('PRAGMA secure_delete = FAST')
    return keepingStatements(connection)
  }
}

/** What failed is prepared anew. Changes of the schema are SQLite's to notice. */
function keepingStatements(connection: Connection): Connection {
  const prepare = connection.prepare.bind(connection)
  const kept = new Map<string, Prepared>()
  return Object.assign(connection, {
    prepare(sql: string): Prepared {
      const known = kept.get(sql)
      // The one that was used last is the last to go.
      if (known) kept.delete(sql)
      else if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!)
      const statement = known ?? lasting(prepare(sql), () => kept.delete(sql))
      kept.set(sql, statement)
      return statement
    },
  })
}

const noRows = new TypeError('The raw() method is only for statements that return data')

/** A statement as the client uses it, once and again. */
function lasting(statement: Prepared, forget: () => void): Prepared {
  statement.safeIntegers(true)
  const isReader = statement.reader
  if (isReader) statement.raw(true)
  const used = <T>(use: () => T): T => {
    try {
      return use()
    } catch (error) {
      forget()
      throw error
    }
  }
  return {
    safeIntegers: () => undefined,
    raw() {
      if (!isReader) throw noRows
    },
    columns: () => statement.columns(),
    all: (...args: unknown[]) => used(() => Reflect.apply(statement.all, statement, args)),
    run: (...args: unknown[]) => used(() => Reflect.apply(statement.run, statement, args)),
  } as unknown as Prepared
}
