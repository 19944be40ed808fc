import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { id, instant } from './columns.ts'

export const keys = sqliteTable('keys', {
  /** The public half of `key_id.secret`. */
  id: id(),
  name: text().notNull(),
  /** SHA-256 of the secret, hex; the secret has 256 random bits (ASVS 6.5.2). */
  secretHash: text().notNull(),
  scopes: text({ mode: 'json' }).$type<string[]>().notNull(),
  createdAt: instant().notNull(),
  lastUsedAt: instant(),
  expiresAt: instant(),
  revokedAt: instant(),
})

/** Console sign-ins; the cookie holds the token, the row only its SHA-256. */
export const sessions = sqliteTable('sessions', {
  tokenHash: text().primaryKey(),
  keyId: text().notNull(),
  createdAt: instant().notNull(),
  expiresAt: instant().notNull(),
})

/** What POSTs did that carried an Idempotency-Key, kept 24 h. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    keyId: text().notNull(),
    key: text().notNull(),
    requestHash: text().notNull(),
    /** The object that the first request made; a repetition is answered with its present state. */
    object: text().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.keyId, table.key] }),
    index('idempotency_keys_by_age').on(table.createdAt),
  ],
)

/** Who changed what, in the batch of the change; never changed, kept 90 days. */
export const auditLog = sqliteTable(
  'audit_log',
  {
    id: integer().primaryKey(),
    at: instant().notNull(),
    /** Key id, `probe`, `subscriber` or `provider:<name>`. */
    actor: text().notNull(),
    action: text().notNull(),
    object: text().notNull(),
    detail: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    requestId: text(),
  },
  (table) => [
    index('audit_log_by_time').on(table.at),
    index('audit_log_by_object').on(table.object),
  ],
)
