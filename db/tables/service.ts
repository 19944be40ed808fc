import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { instant } from './columns.ts'

/** What is or should be published. A change gives what it touches a new revision; each store knows how far it is. */
export const documents = sqliteTable(
  'documents',
  {
    path: text().primaryKey(),
    revision: integer().notNull(),
    touchedAt: instant().notNull(),
  },
  (table) => [uniqueIndex('documents_by_revision').on(table.revision)],
)

/** When each background duty last ran; `/ready` reads its lag from here. */
export const duties = sqliteTable('duties', {
  name: text().primaryKey(),
  startedAt: instant().notNull(),
  finishedAt: instant(),
  error: text(),
})
