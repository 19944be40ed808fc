import initial from '../../db/migrations/0000_initial.sql'
import channelsAndWishes from '../../db/migrations/0001_subscriber_channels_and_wishes.sql'
import deliveryLedger from '../../db/migrations/0002_delivery_ledger.sql'
import alertSources from '../../db/migrations/0003_alert_sources.sql'
import probeQuestions from '../../db/migrations/0004_probe_questions.sql'
import judging from '../../db/migrations/0005_judging.sql'
import wordsAndUptime from '../../db/migrations/0006_words_and_uptime.sql'
import secretOverlap from '../../db/migrations/0007_secret_overlap.sql'
import watches from '../../db/migrations/0008_watches.sql'
import maintenanceAndBrand from '../../db/migrations/0009_maintenance_and_brand.sql'
import incidentsByKind from '../../db/migrations/0010_incidents_by_kind.sql'
import announcementOutdated from '../../db/migrations/0011_announcement_outdated.sql'
import type { Migration } from '../../db/migrate.ts'

/** Every migration, in order: a Worker has no files to read them from. */
export const migrations: Migration[] = [
  { name: '0000_initial', sql: initial },
  { name: '0001_subscriber_channels_and_wishes', sql: channelsAndWishes },
  { name: '0002_delivery_ledger', sql: deliveryLedger },
  { name: '0003_alert_sources', sql: alertSources },
  { name: '0004_probe_questions', sql: probeQuestions },
  { name: '0005_judging', sql: judging },
  { name: '0006_words_and_uptime', sql: wordsAndUptime },
  { name: '0007_secret_overlap', sql: secretOverlap },
  { name: '0008_watches', sql: watches },
  { name: '0009_maintenance_and_brand', sql: maintenanceAndBrand },
  { name: '0010_incidents_by_kind', sql: incidentsByKind },
  { name: '0011_announcement_outdated', sql: announcementOutdated },
]
