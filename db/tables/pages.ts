import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { noBrand, type Brand } from '../../api/domain/brand.ts'
import type { Severity } from '../../api/domain/severity.ts'
import { noSms, type SmsSettings } from '../../api/domain/sms.ts'
import { componentStatuses } from '../../api/domain/words.ts'
import { id, instant, version } from './columns.ts'

/** One row: the page this installation publishes. */
export const page = sqliteTable('page', {
  id: id(),
  name: text().notNull(),
  description: text().notNull().default(''),
  timeZone: text().notNull().default('Etc/UTC'),
  locale: text().notNull().default('en'),
  /** Languages in which the page is published beside `locale`. */
  languages: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
  brand: text({ mode: 'json' }).$type<Brand>().notNull().default(noBrand),
  supportEmail: text(),
  supportUrl: text(),
  supportHours: text(),
  /** When a first answer may be expected, such as `within one working day`. */
  supportResponse: text(),
  /** What a report should carry, a line each. */
  supportInclude: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
  /** What people agree to is read there. */
  privacyUrl: text(),
  termsUrl: text(),
  severities: text({ mode: 'json' }).$type<Severity[]>().notNull(),
  /** Well-known URLs that tell whether our own network works. */
  canaries: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
  /** Percent of a month that a component should work, such as 99.9. */
  uptimeTarget: real().notNull().default(99.9),
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
