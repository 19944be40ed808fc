import type { InStatement, ResultSet, Row } from '@libsql/client'
import type { WiredError } from './wired-error.ts'

/** What is asked of the thread of a database, and what it answers. */
export type Question = { id: number } & (
  | { kind: 'connect' }
  | { kind: 'execute'; statement: InStatement }
  | { kind: 'batch'; statements: InStatement[] }
  | { kind: 'close' }
)
export type Answer = { id: number } & ({ results: WiredResult[] } | { error: WiredError })

/** Rows as lists: between threads they would lose what is not enumerable. */
type WiredResult = Omit<ResultSet, 'rows' | 'toJSON'> & { rows: unknown[][] }

export function wiredResult({ rows, ...result }: ResultSet): WiredResult {
  const { columns, columnTypes, rowsAffected, lastInsertRowid } = result
  const lists = rows.map((row) => Array.from(row))
  return { columns, columnTypes, rowsAffected, lastInsertRowid, rows: lists }
}

export function resultOf({ rows, ...result }: WiredResult): ResultSet {
  const made = { ...result, rows: rows.map((values) => rowOf(values, result.columns)) }
  return { ...made, toJSON: () => made }
}

/** As the client makes them: values by name and by number, of which only the names are listed; of one name the first counts. */
function rowOf(values: unknown[], columns: string[]): Row {
  const row = Object.defineProperty({}, 'length', { value: values.length })
  for (const [i, value] of values.entries()) {
    Object.defineProperty(row, i, { value })
    const name = columns[i]!
    if (!Object.hasOwn(row, name))
      Object.defineProperty(row, name, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      })
  }
  return row as Row
}
