import { sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import type { AllClear, UpdateComponent } from '../api/domain/incident.ts'
import type { Severity } from '../api/domain/severity.ts'
import { noSms, type SmsSettings } from '../api/domain/sms.ts'
import type { Consent, Preferences } from '../api/domain/subscription.ts'
import {
  alertSeverities,
  alertStatuses,
  announcementKinds,
  channels,
  componentStatuses,
  deliveryStates,
  impacts,
  probeKinds,
  probeStates,
  subscriberStates,
  suppressionReasons,
  updateStatuses,
} from '../api/domain/words.ts'

// Instants are epoch milliseconds (UTC). Ids of public objects are 12 lower-case alphanumerics.

const id = () => text().primaryKey()
const instant = () => integer()
/** Optimistic lock: a save that read an older version fails as a whole (see `expectVersion` in db/client.ts). */
const version = () => integer().notNull().default(0)

/** One row: the page this installation publishes. */
export const page = sqliteTable('page', {
  id: id(),
  name: text().notNull(),
  description: text().notNull().default(''),
  timeZone: text().notNull().default('Etc/UTC'),
  locale: text().notNull().default('en'),
  supportEmail: text(),
  supportUrl: text(),
  supportHours: text(),
  /** What people agree to is read there. */
  privacyUrl: text(),
  termsUrl: text(),
  severities: text({ mode: 'json' }).$type<Severity[]>().notNull(),
  sms: text({ mode: 'json' }).$type<SmsSettings>().notNull().default(noSms),
  /** The profile this database was first filled from. */
  profile: text().notNull(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
})

export const groups = sqliteTable('groups', {
  id: id(),
  key: text().notNull().unique(),
  name: text().notNull(),
  description: text(),
  position: integer().notNull(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
})

export const components = sqliteTable(
  'components',
  {
    id: id(),
    key: text().notNull().unique(),
    groupId: text().references(() => groups.id),
    name: text().notNull(),
    description: text(),
    /** Starts at 1 inside each group. */
    position: integer().notNull(),
    /** What the public sees: `effectiveStatus` of the operator's and the probes' word. */
    status: text({ enum: componentStatuses }).notNull().default('operational'),
    /** Set by an operator outside any incident; null when they say nothing. */
    declaredStatus: text({ enum: componentStatuses }),
    declaredAt: instant(),
    showcase: integer({ mode: 'boolean' }).notNull().default(true),
    onlyShowIfDegraded: integer({ mode: 'boolean' }).notNull().default(false),
    /** `YYYY-MM-DD`; uptime counts from here. */
    startDate: text(),
    version: version(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [index('components_by_group').on(table.groupId, table.position)],
)

/** Uptime is computed from these intervals alone. */
export const componentStatusIntervals = sqliteTable(
  'component_status_intervals',
  {
    id: integer().primaryKey(),
    componentId: text()
      .notNull()
      .references(() => components.id),
    status: text({ enum: componentStatuses }).notNull(),
    startedAt: instant().notNull(),
    endedAt: instant(),
  },
  (table) => [
    uniqueIndex('one_open_interval_per_component')
      .on(table.componentId)
      .where(sql`ended_at IS NULL`),
    index('intervals_by_component').on(table.componentId, table.startedAt),
  ],
)

export const probes = sqliteTable(
  'probes',
  {
    id: id(),
    key: text().notNull().unique(),
    componentId: text()
      .notNull()
      .references(() => components.id),
    kind: text({ enum: probeKinds }).notNull(),
    url: text().notNull(),
    method: text({ enum: ['GET', 'HEAD'] })
      .notNull()
      .default('GET'),
    headers: text({ mode: 'json' }).$type<Record<string, string>>().notNull().default({}),
    expectStatus: text({ mode: 'json' }).$type<number[]>().notNull().default([]),
    expectText: text().notNull().default(''),
    intervalMs: integer().notNull(),
    /** Spacing of re-checks while failing or recovering. */
    recheckMs: integer().notNull(),
    timeoutMs: integer().notNull(),
    /** Failures in a row until down, successes in a row until up again. */
    failureThreshold: integer().notNull(),
    successThreshold: integer().notNull(),
    /** Slower than this is degraded; null never is. */
    degradedMs: integer(),
    statusWhenDown: text({ enum: componentStatuses }).notNull().default('major_outage'),
    /** A flip to down drafts an incident, or opens a public one from a template, or neither. */
    opensIncident: text({ enum: ['no', 'draft', 'public'] })
      .notNull()
      .default('draft'),
    severity: text(),
    paused: integer({ mode: 'boolean' }).notNull().default(false),

    state: text({ enum: probeStates }).notNull().default('unknown'),
    /** When `state` began: the first failure of the streak, not the moment we were sure. */
    stateSince: instant(),
    failures: integer().notNull().default(0),
    successes: integer().notNull().default(0),
    slow: integer().notNull().default(0),
    streakStartedAt: instant(),
    lastCheckedAt: instant(),
    lastLatencyMs: integer(),
    lastReason: text().notNull().default(''),
    nextAt: instant().notNull(),
    leasedUntil: instant(),
    version: version(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    // "What is due" is asked every second.
    index('probes_due')
      .on(table.nextAt)
      .where(sql`paused = 0`),
    index('probes_by_component').on(table.componentId),
  ],
)

/** Samples folded by time: 5 minutes, 1 hour, 1 day. WITHOUT ROWID in its migration, which halves it. */
export const sampleBuckets = sqliteTable(
  'sample_buckets',
  {
    probeId: text()
      .notNull()
      .references(() => probes.id),
    /** Seconds per bucket: 300, 3600 or 86400. */
    resolution: integer().notNull(),
    startedAt: instant().notNull(),
    ok: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    latencySum: integer().notNull().default(0),
    latencyMax: integer().notNull().default(0),
    /** Counts per latency class, comma separated; classes are in domain/latency.ts. */
    histogram: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.probeId, table.resolution, table.startedAt] })],
)

/** Incidents and maintenances: one timeline model, told apart by `kind`. */
export const incidents = sqliteTable(
  'incidents',
  {
    id: id(),
    kind: text({ enum: ['incident', 'maintenance'] })
      .notNull()
      .default('incident'),
    name: text().notNull(),
    status: text({ enum: updateStatuses }).notNull(),
    impact: text({ enum: impacts }).notNull(),
    /** Set by the operator; otherwise impact follows the affected components. */
    impactOverride: text({ enum: impacts }),
    /** Key of one of the page's severities. */
    severity: text(),
    /** Drafts are seen by operators only and told to nobody. */
    draft: integer({ mode: 'boolean' }).notNull().default(false),
    startedAt: instant().notNull(),
    monitoringAt: instant(),
    resolvedAt: instant(),
    nextUpdateAt: instant(),
    scheduledFor: instant(),
    scheduledUntil: instant(),
    allClear: text({ mode: 'json' }).$type<AllClear>(),
    postmortem: text(),
    postmortemPublishedAt: instant(),
    /** The probe whose flip drafted it. */
    probeId: text().references(() => probes.id),
    version: version(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    index('incidents_newest').on(table.startedAt),
    index('incidents_open')
      .on(table.kind, table.startedAt)
      .where(sql`resolved_at IS NULL`),
  ],
)

/** Append-only: what was said, when, and what it said of each component. */
export const incidentUpdates = sqliteTable(
  'incident_updates',
  {
    id: id(),
    incidentId: text()
      .notNull()
      .references(() => incidents.id),
    status: text({ enum: updateStatuses }).notNull(),
    body: text().notNull(),
    components: text({ mode: 'json' }).$type<UpdateComponent[]>().notNull(),
    notify: integer({ mode: 'boolean' }).notNull(),
    /** Key id of the operator, or `probe`. */
    author: text().notNull(),
    displayAt: instant().notNull(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [index('updates_by_incident').on(table.incidentId, table.displayAt)],
)

/** What an incident says of each component it affects; while it is open this is the operator's word on them. */
export const incidentComponents = sqliteTable(
  'incident_components',
  {
    incidentId: text()
      .notNull()
      .references(() => incidents.id),
    componentId: text()
      .notNull()
      .references(() => components.id),
    status: text({ enum: componentStatuses }).notNull(),
    since: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.incidentId, table.componentId] }),
    index('incidents_by_component').on(table.componentId),
  ],
)

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
    /** Expansion walks subscribers by `seq` up to the snapshot `expandTo`; a crash resumes at the cursor. */
    /** The announcements that a digest sums up. */
    contents: text({ mode: 'json' }).$type<string[]>(),
    expandCursor: integer().notNull().default(0),
    expandTo: integer().notNull(),
    expandedAt: instant(),
    /** A newer word on the same incident exists: what is still pending of this one is not sent. */
    supersededAt: instant(),
    /** Its pending deliveries have been marked superseded. */
    sweptAt: instant(),
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
  ],
)

/** One provider request; its id is the idempotency key, its members never change once it touched the wire. */
export const batches = sqliteTable(
  'batches',
  {
    id: id(),
    provider: text().notNull(),
    channel: text({ enum: channels }).notNull(),
    priority: integer().notNull(),
    state: text({ enum: ['open', 'done', 'unknown', 'dead'] }).notNull(),
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
  circuit: text({ enum: ['closed', 'open', 'half_open'] })
    .notNull()
    .default('closed'),
  failures: integer().notNull().default(0),
  openedAt: instant(),
  code: text(),
  reason: text(),
  updatedAt: instant().notNull(),
})

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

export const alerts = sqliteTable(
  'alerts',
  {
    id: id(),
    source: text().notNull(),
    eventType: text().notNull(),
    severity: text({ enum: alertSeverities }).notNull(),
    status: text({ enum: alertStatuses }).notNull().default('open'),
    title: text().notNull(),
    detail: text().notNull().default(''),
    probeId: text().references(() => probes.id),
    componentId: text().references(() => components.id),
    incidentId: text().references(() => incidents.id),
    createdAt: instant().notNull(),
    acknowledgedAt: instant(),
    resolvedAt: instant(),
    updatedAt: instant().notNull(),
  },
  (table) => [index('alerts_by_status').on(table.status, table.createdAt)],
)

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

/** Append-only: who changed what, in the batch of the change. */
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

/** When each background duty last ran; `/ready` reads its lag from here. */
export const duties = sqliteTable('duties', {
  name: text().primaryKey(),
  startedAt: instant().notNull(),
  finishedAt: instant(),
  error: text(),
})
