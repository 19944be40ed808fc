import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { AllClear, UpdateComponent } from '../../api/domain/incident.ts'
import { maintenanceTellings, type MaintenanceTelling } from '../../api/domain/maintenance.ts'
import { noSummary, type PostmortemSummary } from '../../api/domain/postmortem.ts'
import type { PostmortemFigures } from '../../api/domain/postmortem-figures.ts'
import {
  componentStatuses,
  impacts,
  incidentStatuses,
  updateStatuses,
} from '../../api/domain/words.ts'
import { id, instant, version } from './columns.ts'
import { probes } from './monitoring.ts'
import { components } from './pages.ts'

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
    /** Of a maintenance: when it is planned to start, until it does. */
    startedAt: instant().notNull(),
    monitoringAt: instant(),
    resolvedAt: instant(),
    nextUpdateAt: instant(),
    scheduledFor: instant(),
    scheduledUntil: instant(),
    /** How long before the start people are reminded, in milliseconds. */
    remindMs: integer(),
    remindedAt: instant(),
    autoStart: integer({ mode: 'boolean' }).notNull().default(true),
    autoComplete: integer({ mode: 'boolean' }).notNull().default(true),
    tells: text({ mode: 'json' })
      .$type<MaintenanceTelling[]>()
      .notNull()
      .default([...maintenanceTellings]),
    /** Counts changes of what calendars show (RFC 5545, section 3.8.7.4). */
    sequence: integer().notNull().default(0),
    seriesId: text().references(() => maintenanceSeries.id),
    /** The start that its series gave it, wherever it was moved since. */
    occursAt: instant(),
    allClear: text({ mode: 'json' }).$type<AllClear>(),
    /** CommonMark, seen by operators until it is published. */
    postmortem: text(),
    /** The figures are those of the moment at which it was published. */
    postmortemSummary: text({ mode: 'json' })
      .$type<PostmortemSummary & { figures?: PostmortemFigures }>()
      .notNull()
      .default(noSummary),
    postmortemPublishedAt: instant(),
    /** The probe whose flip drafted it. */
    probeId: text().references(() => probes.id),
    version: version(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    index('incidents_newest').on(table.startedAt),
    index('incidents_by_kind').on(table.kind, table.startedAt),
    index('incidents_open')
      .on(table.kind, table.startedAt)
      .where(sql`resolved_at IS NULL`),
    // An occurrence of a series is planned once, whoever plans it.
    uniqueIndex('occurrences').on(table.seriesId, table.occursAt),
  ],
)

/** Maintenance that comes again; each occurrence is a maintenance of its own, planned some time ahead. */
export const maintenanceSeries = sqliteTable('maintenance_series', {
  id: id(),
  name: text().notNull(),
  body: text().notNull(),
  /** First start as clocks show it there, `YYYY-MM-DDTHH:MM`. */
  startsLocal: text().notNull(),
  timeZone: text().notNull(),
  /** RFC 5545, section 3.3.10, without DTSTART: `FREQ=WEEKLY;BYDAY=TU`. */
  rrule: text().notNull(),
  durationMs: integer().notNull(),
  componentIds: text({ mode: 'json' }).$type<string[]>().notNull(),
  remindMs: integer(),
  autoStart: integer({ mode: 'boolean' }).notNull().default(true),
  autoComplete: integer({ mode: 'boolean' }).notNull().default(true),
  tells: text({ mode: 'json' })
    .$type<MaintenanceTelling[]>()
    .notNull()
    .default([...maintenanceTellings]),
  /** Occurrences before it have been planned. */
  plannedUntil: instant().notNull(),
  endedAt: instant(),
  version: version(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
})

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

/** Words prepared for a calm hour, with gaps such as `{component}`; which gaps there are is in domain/template.ts. */
export const templates = sqliteTable('templates', {
  id: id(),
  key: text().notNull().unique(),
  name: text().notNull(),
  /** Name of the incident; empty where it only words an update. */
  title: text().notNull().default(''),
  body: text().notNull(),
  /** What the update says where the template is used by hand. */
  status: text({ enum: incidentStatuses }),
  version: version(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
})
