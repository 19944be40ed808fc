import { integer, text } from 'drizzle-orm/sqlite-core'

/** Of public objects: 12 lower-case alphanumerics. */
export const id = () => text().primaryKey()
/** Epoch milliseconds (UTC). */
export const instant = () => integer()
/** Optimistic lock: a save that read an older version fails as a whole (see `expectVersion` in db/client.ts). */
export const version = () => integer().notNull().default(0)
