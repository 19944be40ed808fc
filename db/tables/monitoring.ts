import { sql } from 'drizzle-orm'
import {
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import type { Question } from '../../api/domain/question.ts'
import { MINUTE } from '../../api/domain/time.ts'
import {
  alertSeverities,
  alertSourceKinds,
  alertStatuses,
  allClearWays,
  componentStatuses,
  probeKinds,
  probeStates,
} from '../../api/domain/words.ts'
import { id, instant, version } from './columns.ts'
import { incidents } from './incidents.ts'
import { components } from './pages.ts'

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
    /** What is asked, by kind. The default is for the column's own sake: no row is made without one. */
    question: text({ mode: 'json' })
      .$type<Question>()
      .notNull()
      .default(sql`'{}'`),
    intervalMs: integer().notNull(),
    /** Spacing of re-checks while failing or recovering. */
    recheckMs: integer().notNull(),
    timeoutMs: integer().notNull(),
    /** Failures in a row until down, successes in a row until up again. */
    failureThreshold: integer().notNull(),
    successThreshold: integer().notNull(),
    /** Slower than this is degraded; null never is. */
    degradedMs: integer(),
    /** Degraded when this percentile (0 to 1) of so many latencies is slow. */
    latencyPercentile: real().notNull().default(0.6),
    latencyWindow: integer().notNull().default(5),
    /** Down only when the first failure of the streak is at least so long ago. */
    confirmMs: integer().notNull().default(0),
    /** A flapping target is believed to be better only after so long. */
    stableMs: integer()
      .notNull()
      .default(5 * MINUTE),
    statusWhenDown: text({ enum: componentStatuses }).notNull().default('major_outage'),
    /** A flip to down drafts an incident, or opens a public one from a template, or neither. */
    opensIncident: text({ enum: ['no', 'draft', 'public'] })
      .notNull()
      .default('draft'),
    severity: text(),
    /** Key of the template of what it says first; null for the usual words. */
    openingTemplate: text(),
    /** Once it is well again and was watched, an operator is asked for the all-clear, or it is posted by itself. */
    allClear: text({ enum: allClearWays }).notNull().default('propose'),
    /** Key of the template of a proposed all-clear; null for the usual words. */
    closingTemplate: text(),
    /** How long it must have been well before that. */
    watchMs: integer()
      .notNull()
      .default(30 * MINUTE),
    paused: integer({ mode: 'boolean' }).notNull().default(false),
    /** Places that ask; none means the usual one alone. */
    regions: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
    /** So many of them must agree; null is more than half of those heard lately. */
    quorum: integer(),

    /** What all watches amount to. */
    state: text({ enum: probeStates }).notNull().default('unknown'),
    /** When `state` began: the first failure of the streak, not the moment we were sure. */
    stateSince: instant(),
    version: version(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [index('probes_by_component').on(table.componentId)],
)

/** What one place believes of a probe's target. WITHOUT ROWID in its migration: it is written with every check. */
export const watches = sqliteTable(
  'watches',
  {
    probeId: text()
      .notNull()
      .references(() => probes.id),
    region: text().notNull(),
    state: text({ enum: probeStates }).notNull().default('unknown'),
    stateSince: instant(),
    failures: integer().notNull().default(0),
    successes: integer().notNull().default(0),
    streakStartedAt: instant(),
    /** Of good answers since it was last down, the newest last; at most 20. */
    latencies: text({ mode: 'json' }).$type<number[]>().notNull().default([]),
    /** When `state` changed of late, the newest last; at most 8. */
    flips: text({ mode: 'json' }).$type<number[]>().notNull().default([]),
    /** Set while flapping: when it will be called stable if nothing changes until then. */
    flappingUntil: instant(),
    lastCheckedAt: instant(),
    lastLatencyMs: integer(),
    lastReason: text().notNull().default(''),
    /** The end of the certificate that was last seen, and the last step before it that operators were warned of. */
    certificateExpiresAt: instant(),
    certificateWarnedDays: integer(),
    /** Null while the probe is paused. */
    nextAt: instant(),
    leasedUntil: instant(),
    /** The right to save: whoever claims it or changes its probe takes the next one. */
    version: version(),
  },
  (table) => [
    primaryKey({ columns: [table.probeId, table.region] }),
    // "What is due" is asked every second.
    index('watches_due')
      .on(table.region, table.nextAt)
      .where(sql`next_at IS NOT NULL`),
  ],
)

/** What a component needs to work: while that is down, its own trouble is told as a part of it. Never a circle. */
export const componentDependencies = sqliteTable(
  'component_dependencies',
  {
    componentId: text()
      .notNull()
      .references(() => components.id),
    dependsOnId: text()
      .notNull()
      .references(() => components.id),
  },
  (table) => [
    primaryKey({ columns: [table.componentId, table.dependsOnId] }),
    index('dependents_by_component').on(table.dependsOnId),
  ],
)

/** Seconds a component spent in each status during a month that is over, in the page's time zone; written once. */
export const uptimeMonths = sqliteTable(
  'uptime_months',
  {
    componentId: text()
      .notNull()
      .references(() => components.id),
    /** `YYYY-MM` */
    month: text().notNull(),
    operationalS: real().notNull(),
    degradedS: real().notNull(),
    partialS: real().notNull(),
    majorS: real().notNull(),
    maintenanceS: real().notNull(),
    frozenAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.componentId, table.month] })],
)

/** What heartbeat and metric probes were last told; apart from `probes`, which is busy with its own checks. */
export const probeReports = sqliteTable('probe_reports', {
  probeId: text()
    .primaryKey()
    .references(() => probes.id),
  tokenVersion: integer().notNull().default(1),
  receivedAt: instant(),
  /** When it was so, where its sender says. */
  measuredAt: instant(),
  /** False when a job said that it failed. */
  isGood: integer({ mode: 'boolean' }).notNull().default(true),
  message: text().notNull().default(''),
  value: real(),
  /** Since when we have been there to hear it, without a hole. */
  listeningSince: instant().notNull(),
})

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
    /** What it is about, in its source's words: while it is not resolved, the same thing is the same alert. */
    dedupeKey: text().notNull().default(''),
    labels: text({ mode: 'json' }).$type<Record<string, string>>().notNull().default({}),
    /** Where its source shows it. */
    url: text(),
    /** How often its source said so, and when it last did. */
    occurrences: integer().notNull().default(1),
    lastSeenAt: instant(),
    /** Key id of an operator, or the source itself. */
    acknowledgedBy: text(),
    resolvedBy: text(),
    /** Why it was last moved. */
    reason: text().notNull().default(''),
    probeId: text().references(() => probes.id),
    componentId: text().references(() => components.id),
    incidentId: text().references(() => incidents.id),
    createdAt: instant().notNull(),
    acknowledgedAt: instant(),
    resolvedAt: instant(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    index('alerts_by_status').on(table.status, table.createdAt),
    uniqueIndex('one_live_alert_per_thing')
      .on(table.source, table.dedupeKey)
      .where(sql`status <> 'resolved' AND dedupe_key <> ''`),
  ],
)

/** Other systems that send alerts to `/hooks/alerts/:source`. */
export const alertSources = sqliteTable('alert_sources', {
  /** The last part of its address. */
  key: text().primaryKey(),
  name: text().notNull(),
  kind: text({ enum: alertSourceKinds }).notNull(),
  /** Its own secret, sealed with ours; without one the secret derives from `secretVersion`. */
  sealedSecret: text(),
  secretVersion: integer().notNull().default(1),
  /** The secret before, sealed, and how long it goes on working after a rotation. */
  previousSecret: text(),
  previousUntil: instant(),
  /** What its alerts are about unless they say so themselves. */
  componentId: text().references(() => components.id),
  lastReceivedAt: instant(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
})
