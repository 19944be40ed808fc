import { sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  unique,
} from 'drizzle-orm/sqlite-core'
import type { Consent, Preferences } from '../../api/domain/subscription.ts'
import { channels, subscriberStates, suppressionReasons } from '../../api/domain/words.ts'
import { id, instant } from './columns.ts'

export const subscribers = sqliteTable(
  'subscribers',
  {
    /** Order of arrival; expansion walks it. */
    seq: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    channel: text({ enum: channels }).notNull(),
    /** Null once erased. */
    address: text(),
    /** Keyed hash of the canonical address: found without being stored twice, remembered after erasure. */
    addressHash: text().notNull(),
    state: text({ enum: subscriberStates }).notNull(),
    preferences: text({ mode: 'json' }).$type<Preferences>().notNull(),
    locale: text().notNull().default('en'),
    timeZone: text().notNull().default('Etc/UTC'),
    /** Bumped to make all links in older mails void. */
    tokenVersion: integer().notNull().default(1),
    /** The signing secret of a webhook derives from it; for a day after a rotation the one before signs too. */
    secretVersion: integer().notNull().default(1),
    secretRotatedAt: instant(),
    /** Failed requests to this webhook or chat since `failuresSince`, an hour at most. */
    failures: integer().notNull().default(0),
    failuresSince: instant(),
    /** When the next daily digest is due; null without one. */
    digestDueAt: instant(),
    /** Start of the running confirmation; links and codes derive from it. */
    challengedAt: instant().notNull(),
    /** Wrong codes since `challengedAt`. */
    codeTries: integer().notNull().default(0),
    consent: text({ mode: 'json' }).$type<Consent>().notNull(),
    createdAt: instant().notNull(),
    confirmedAt: instant(),
    unsubscribedAt: instant(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    unique('one_subscription_per_address').on(table.channel, table.addressHash),
    index('subscribers_pending')
      .on(table.createdAt)
      .where(sql`state = 'pending'`),
    index('subscribers_digest_due')
      .on(table.digestDueAt)
      .where(sql`digest_due_at IS NOT NULL`),
    check('address_until_erased', sql`address IS NOT NULL OR state = 'erased'`),
  ],
)

/** Addresses that must not be written to, remembered by keyed hash even when the subscriber is gone. */
export const suppressions = sqliteTable(
  'suppressions',
  {
    channel: text({ enum: channels }).notNull(),
    addressHash: text().notNull(),
    reason: text({ enum: suppressionReasons }).notNull(),
    detail: text().notNull().default(''),
    createdAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.addressHash] })],
)

/** Imports of subscribers: how far they are, and what they refused. No addresses. */
export const imports = sqliteTable('imports', {
  id: id(),
  state: text({ enum: ['running', 'done', 'failed'] }).notNull(),
  dryRun: integer({ mode: 'boolean' }).notNull(),
  /** Those listed have agreed before; otherwise each is asked. */
  confirmed: integer({ mode: 'boolean' }).notNull(),
  total: integer().notNull(),
  /** Lines looked at. */
  seen: integer().notNull().default(0),
  imported: integer().notNull().default(0),
  unchanged: integer().notNull().default(0),
  refused: text({ mode: 'json' }).$type<{ line: number; reason: string }[]>().notNull(),
  actor: text().notNull(),
  error: text(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
  finishedAt: instant(),
})
