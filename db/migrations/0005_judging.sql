ALTER TABLE `page` ADD `canaries` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `latency_percentile` real DEFAULT 0.6 NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `latency_window` integer DEFAULT 5 NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `confirm_ms` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `stable_ms` integer DEFAULT 300000 NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `latencies` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `flips` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `flapping_until` integer;--> statement-breakpoint
UPDATE `probes` SET `latencies` = json_array(
	(`slow` >> 4 & 1) * (coalesce(`degraded_ms`, 0) + 1),
	(`slow` >> 3 & 1) * (coalesce(`degraded_ms`, 0) + 1),
	(`slow` >> 2 & 1) * (coalesce(`degraded_ms`, 0) + 1),
	(`slow` >> 1 & 1) * (coalesce(`degraded_ms`, 0) + 1),
	(`slow` & 1) * (coalesce(`degraded_ms`, 0) + 1)
) WHERE `slow` > 0;
--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `slow`;