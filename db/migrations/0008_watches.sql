CREATE TABLE `watches` (
	`probe_id` text NOT NULL,
	`region` text NOT NULL,
	`state` text DEFAULT 'unknown' NOT NULL,
	`state_since` integer,
	`failures` integer DEFAULT 0 NOT NULL,
	`successes` integer DEFAULT 0 NOT NULL,
	`streak_started_at` integer,
	`latencies` text DEFAULT '[]' NOT NULL,
	`flips` text DEFAULT '[]' NOT NULL,
	`flapping_until` integer,
	`last_checked_at` integer,
	`last_latency_ms` integer,
	`last_reason` text DEFAULT '' NOT NULL,
	`certificate_expires_at` integer,
	`certificate_warned_days` integer,
	`next_at` integer,
	`leased_until` integer,
	`version` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`probe_id`, `region`),
	FOREIGN KEY (`probe_id`) REFERENCES `probes`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `watches_due` ON `watches` (`region`,`next_at`) WHERE next_at IS NOT NULL;--> statement-breakpoint
INSERT INTO `watches` (
	`probe_id`, `region`, `state`, `state_since`, `failures`, `successes`, `streak_started_at`, `latencies`, `flips`,
	`flapping_until`, `last_checked_at`, `last_latency_ms`, `last_reason`, `certificate_expires_at`,
	`certificate_warned_days`, `next_at`, `leased_until`, `version`
) SELECT
	`id`, 'main', `state`, `state_since`, `failures`, `successes`, `streak_started_at`, `latencies`, `flips`,
	`flapping_until`, `last_checked_at`, `last_latency_ms`, `last_reason`, `certificate_expires_at`,
	`certificate_warned_days`, CASE WHEN `paused` = 0 THEN `next_at` END, `leased_until`, `version`
FROM `probes`;--> statement-breakpoint
DROP INDEX `probes_due`;--> statement-breakpoint
ALTER TABLE `probes` ADD `regions` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `quorum` integer;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `failures`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `successes`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `streak_started_at`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `latencies`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `flips`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `flapping_until`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `last_checked_at`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `last_latency_ms`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `last_reason`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `certificate_expires_at`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `certificate_warned_days`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `next_at`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `leased_until`;