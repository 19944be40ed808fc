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
export function unknownName(noun: string, name: string, known: { key: string }[]): DomainError {
  return unknownNames(noun, [{ path: noun, name }], known)
}

/** The same for several, each with its place. */
export function unknownNames(
  noun: string,
  names: { path: string; name: string }[],
  known: { key: string }[],
): DomainError {
  const keys = known.map(({ key }) => key).join(', ')
  const allowed = keys ? `keys are ${keys}` : `there is no ${noun} yet`
  const fields = names.map(({ path, name }) => ({
    path,
    message: `there is no ${noun} ${JSON.stringify(name)}; ${allowed}`,
  }))
  return new DomainError('invalid', fields[0]!.message, { fields })
}

/** Saves what has a key of its own: a key that is taken is a conflict. */
export async function writeKeyed(
  deps: Deps,
  noun: 'component' | 'group' | 'probe' | 'template',
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
