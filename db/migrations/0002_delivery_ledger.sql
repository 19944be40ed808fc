CREATE TABLE `delivery_counts` (
	`announcement_id` text NOT NULL,
	`channel` text NOT NULL,
	`state` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`announcement_id`, `channel`, `state`),
	FOREIGN KEY (`announcement_id`) REFERENCES `announcements`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `announcements` ADD `stopped_at` integer;--> statement-breakpoint
ALTER TABLE `announcements` ADD `folded_at` integer;--> statement-breakpoint
CREATE INDEX `announcements_to_fold` ON `announcements` (`created_at`) WHERE folded_at IS NULL;--> statement-breakpoint
ALTER TABLE `batches` ADD `size` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `batches` ADD `claim` text;--> statement-breakpoint
CREATE INDEX `batches_by_claim` ON `batches` (`claim`) WHERE claim IS NOT NULL;--> statement-breakpoint
CREATE INDEX `batches_by_age` ON `batches` (`updated_at`);--> statement-breakpoint
ALTER TABLE `deliveries` ADD `replays` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_tally` ON `deliveries` (`announcement_id`,`channel`,`state`);--> statement-breakpoint
ALTER TABLE `provider_gates` ADD `granted_to` text;