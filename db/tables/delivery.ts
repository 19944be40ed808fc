import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import { announcementKinds, channels, deliveryStates, impacts } from '../../api/domain/words.ts'
import { id, instant } from './columns.ts'
import { incidentUpdates, incidents } from './incidents.ts'
import { subscribers } from './subscribers.ts'

/** What is told: the outbox row, written in the batch of the change. */
export const announcements = sqliteTable(
  'announcements',
  {
    id: id(),
    kind: text({ enum: announcementKinds }).notNull(),
    incidentId: text().references(() => incidents.id),
    updateId: text().references(() => incidentUpdates.id),
    /** Set when it is for one subscriber only (confirmations). */
    subscriberSeq: integer().references(() => subscribers.seq),
    /** 0 confirmations, 1 opened and resolved, 2 updates, 3 maintenance, 9 digests. */
    priority: integer().notNull(),
    impact: text({ enum: impacts }).notNull(),
    componentIds: text({ mode: 'json' }).$type<string[]>().notNull(),
    /** Nothing of it is sent after this. */
    expiresAt: instant().notNull(),
    /** The announcements that a digest sums up. */
    contents: text({ mode: 'json' }).$type<string[]>(),
    /** Expansion walks subscribers by `seq` up to the snapshot `expandTo`; a crash resumes at the cursor. */
    expandCursor: integer().notNull().default(0),
    expandTo: integer().notNull(),
    expandedAt: instant(),
    /** A newer word on the same incident exists: what is still pending of this one is not sent. */
    supersededAt: instant(),
    /** What it says became untrue without newer words: it is news to nobody any more. */
    outdatedAt: instant(),
    /** Its pending deliveries have been marked superseded. */
    sweptAt: instant(),
    /** An operator stopped it: what is still pending is not sent. */
    stoppedAt: instant(),
    /** Its deliveries are gone; `deliveryCounts` remembers how many there were. */
    foldedAt: instant(),
    createdAt: instant().notNull(),
  },
  (table) => [
    index('announcements_to_expand')
      .on(table.priority, table.createdAt)
      .where(sql`expanded_at IS NULL`),
    index('announcements_to_sweep')
      .on(table.createdAt)
      .where(sql`superseded_at IS NOT NULL AND swept_at IS NULL`),
    index('announcements_by_incident').on(table.incidentId),
    index('announcements_to_fold')
      .on(table.createdAt)
      .where(sql`folded_at IS NULL`),
  ],
)

/** The words of an announcement, frozen per channel and locale so that a repeated request has the same bytes. */
export const renderings = sqliteTable(
  'renderings',
  {
    announcementId: text()
      .notNull()
      .references(() => announcements.id),
    channel: text({ enum: channels }).notNull(),
    locale: text().notNull(),
    subject: text().notNull(),
    html: text().notNull(),
    text: text().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.announcementId, table.channel, table.locale] })],
)

/** Who is told: one row per announcement and subscriber. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    id: integer().primaryKey(),
    announcementId: text()
      .notNull()
      .references(() => announcements.id),
    subscriberSeq: integer()
      .notNull()
      .references(() => subscribers.seq),
    channel: text({ enum: channels }).notNull(),
    priority: integer().notNull(),
    state: text({ enum: deliveryStates }).notNull().default('pending'),
    /** End of the receiver's quiet hours. */
    heldUntil: instant(),
    /** The receiver's as they were: a repeated message has the same bytes, whatever they choose meanwhile. */
    locale: text().notNull().default('en'),
    timeZone: text().notNull().default('Etc/UTC'),
    batchId: text(),
    /** How often an operator had it sent again after it was given up: each time under a new idempotency key. */
    replays: integer().notNull().default(0),
    providerId: text(),
    code: text(),
    reason: text(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    unique('told_once').on(table.announcementId, table.subscriberSeq),
    // Claiming asks by equality on priority; a range scan past deferred rows is ten times slower.
    index('deliveries_ready')
      .on(table.channel, table.priority, table.id)
      .where(sql`state = 'pending'`),
    index('deliveries_held')
      .on(table.heldUntil)
      .where(sql`state = 'held'`),
    index('deliveries_by_batch')
      .on(table.batchId)
      .where(sql`batch_id IS NOT NULL`),
    index('deliveries_by_provider_id')
      .on(table.providerId)
      .where(sql`provider_id IS NOT NULL`),
    index('deliveries_by_subscriber').on(table.subscriberSeq),
    // Progress is counted from the index alone.
    index('deliveries_tally').on(table.announcementId, table.channel, table.state),
  ],
)

/** What is left of old deliveries: how many of an announcement ended in each state. */
export const deliveryCounts = sqliteTable(
  'delivery_counts',
  {
    announcementId: text()
      .notNull()
      .references(() => announcements.id),
    channel: text({ enum: channels }).notNull(),
    state: text({ enum: deliveryStates }).notNull(),
    count: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.announcementId, table.channel, table.state] })],
)

/** One provider request; its id is the idempotency key, its members never change once it touched the wire. */
export const batches = sqliteTable(
  'batches',
  {
    id: id(),
    provider: text().notNull(),
    channel: text({ enum: channels }).notNull(),
    priority: integer().notNull(),
    state: text({ enum: ['open', 'done', 'unknown'] }).notNull(),
    /** Members when it was claimed. */
    size: integer().notNull().default(0),
    /** The claim that made it, told apart from all others. */
    claim: text(),
    attempts: integer().notNull().default(0),
    /** Written before the request: from here on the members may have been told. */
    firstSentAt: instant(),
    notBefore: instant().notNull(),
    leasedUntil: instant(),
    owner: text(),
    /** Without idempotency at the provider: since when an uncertain message was looked for and not found. */
    absentSince: instant(),
    code: text(),
    reason: text(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    index('batches_due')
      .on(table.channel, table.priority, table.notBefore)
      .where(sql`state = 'open'`),
    index('batches_by_claim')
      .on(table.claim)
      .where(sql`claim IS NOT NULL`),
    // The speed of the last minute, and what is old enough to be forgotten.
    index('batches_by_age').on(table.updatedAt),
  ],
)

/** Shared by all workers: pace, pause and circuit of each provider. */
export const providerGates = sqliteTable('provider_gates', {
  provider: text().primaryKey(),
  notBefore: instant().notNull().default(0),
  ratePerSecond: integer().notNull(),
  /** Thousandths of a request. */
  tokens: integer().notNull(),
  refilledAt: instant().notNull(),
  /** The claim that was last let through. */
  grantedTo: text(),
  circuit: text({ enum: ['closed', 'open', 'half_open'] })
    .notNull()
    .default('closed'),
  failures: integer().notNull().default(0),
  openedAt: instant(),
  code: text(),
  reason: text(),
  updatedAt: instant().notNull(),
})

/** Provider events already applied: receipts come late, twice and out of order. */
export const webhookEvents = sqliteTable(
  'webhook_events',
  {
    provider: text().notNull(),
    eventId: text().notNull(),
    receivedAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.eventId] }),
    index('webhook_events_by_age').on(table.receivedAt),
  ],
)

/** What SMS cost, by day (UTC) and country. */
export const smsUsage = sqliteTable(
  'sms_usage',
  {
    /** `YYYY-MM-DD` */
    day: text().notNull(),
    /** ISO 3166-1 alpha-2 */
    country: text().notNull(),
    segments: integer().notNull().default(0),
    /** Millionths of the currency. */
    cost: integer().notNull().default(0),
    /** Confirmation codes among them. */
    codes: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.day, table.country] })],
)
