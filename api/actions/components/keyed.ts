import { desc, eq, or } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { violates } from '../save.ts'

/** Finds what somebody named by id or key; an id goes before a key that looks the same. */
export function named(table: { id: SQLiteColumn; key: SQLiteColumn }, idOrKey: string) {
  return {
    where: or(eq(table.id, idOrKey), eq(table.key, idOrKey)),
    orderBy: desc(eq(table.id, idOrKey)),
  }
}

/** The refusal of a name in a request that nothing has, with the names that would do. */
export function unknownName(path: string, name: string, known: { key: string }[]): DomainError {
  const keys = known.map(({ key }) => key).join(', ')
  const message = `there is no ${path} ${JSON.stringify(name)}; ${keys ? `keys are ${keys}` : `there is no ${path} yet`}`
  return new DomainError('invalid', message, { fields: [{ path, message }] })
}

/** Saves what has a key of its own: a key that is taken is a conflict. */
export async function writeKeyed(
  deps: Deps,
  noun: 'component' | 'group' | 'probe',
  key: string,
  statements: Statement[],
): Promise<void> {
  try {
    await deps.db.write(statements)
  } catch (error) {
    if (!violates(error, new RegExp(`UNIQUE constraint failed: ${noun}s\\.key`))) throw error
    const message = `there is a ${noun} ${JSON.stringify(key)} already`
    throw new DomainError('conflict', message, { fields: [{ path: 'key', message }] })
  }
}
