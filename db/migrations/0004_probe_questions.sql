CREATE TABLE `probe_reports` (
	`probe_id` text PRIMARY KEY NOT NULL,
	`token_version` integer DEFAULT 1 NOT NULL,
	`received_at` integer,
	`measured_at` integer,
	`is_good` integer DEFAULT true NOT NULL,
	`message` text DEFAULT '' NOT NULL,
	`value` real,
	`listening_since` integer NOT NULL,
	FOREIGN KEY (`probe_id`) REFERENCES `probes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `probes` ADD `question` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `certificate_expires_at` integer;--> statement-breakpoint
ALTER TABLE `probes` ADD `certificate_warned_days` integer;--> statement-breakpoint
UPDATE `probes` SET `question` = json_object(
	'kind', 'http',
	'url', `url`,
	'method', `method`,
	'headers', json(`headers`),
	'body', '',
	'expect_status', json(`expect_status`),
	'expect_text', `expect_text`,
	'forbid_text', '',
	'expect_json', json('[]'),
	'max_redirects', 3,
	'tls_expiry_days', json('[21,14,7,3,1]')
);--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `url`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `method`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `headers`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `expect_status`;--> statement-breakpoint
ALTER TABLE `probes` DROP COLUMN `expect_text`;