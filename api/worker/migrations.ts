import initial from '../../db/migrations/0000_initial.sql'
import type { Migration } from '../../db/migrate.ts'

/** Every migration, in order: a Worker has no files to read them from. */
export const migrations: Migration[] = [{ name: '0000_initial', sql: initial }]
