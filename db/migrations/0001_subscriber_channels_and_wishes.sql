CREATE TABLE `imports` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`dry_run` integer NOT NULL,
	`confirmed` integer NOT NULL,
	`total` integer NOT NULL,
	`seen` integer DEFAULT 0 NOT NULL,
	`imported` integer DEFAULT 0 NOT NULL,
	`unchanged` integer DEFAULT 0 NOT NULL,
	`refused` text NOT NULL,
	`actor` text NOT NULL,
	`error` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer
);
--> statement-breakpoint
CREATE TABLE `sms_usage` (
	`day` text NOT NULL,
	`country` text NOT NULL,
	`segments` integer DEFAULT 0 NOT NULL,
	`cost` integer DEFAULT 0 NOT NULL,
	`codes` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`day`, `country`)
);
--> statement-breakpoint
ALTER TABLE `announcements` ADD `contents` text;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `held_until` integer;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `locale` text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `time_zone` text DEFAULT 'Etc/UTC' NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_held` ON `deliveries` (`held_until`) WHERE state = 'held';--> statement-breakpoint
ALTER TABLE `page` ADD `privacy_url` text;--> statement-breakpoint
ALTER TABLE `page` ADD `terms_url` text;--> statement-breakpoint
ALTER TABLE `page` ADD `sms` text DEFAULT '{"countries":[],"prices":{},"currency":"USD","spend_per_day":null,"codes_per_country":500}' NOT NULL;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `secret_version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `secret_rotated_at` integer;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `failures` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `failures_since` integer;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `digest_due_at` integer;--> statement-breakpoint
CREATE INDEX `subscribers_digest_due` ON `subscribers` (`digest_due_at`) WHERE digest_due_at IS NOT NULL;--> statement-breakpoint
UPDATE `subscribers` SET `preferences` = json_insert(`preferences`, '$.updates', 'all', '$.incidents', json('[]'), '$.only_incidents', json('false'), '$.quiet', json('null'), '$.digest_at', json('null'));--> statement-breakpoint
UPDATE `deliveries` SET `locale` = (SELECT s.locale FROM `subscribers` s WHERE s.seq = `deliveries`.`subscriber_seq`), `time_zone` = (SELECT s.time_zone FROM `subscribers` s WHERE s.seq = `deliveries`.`subscriber_seq`);
