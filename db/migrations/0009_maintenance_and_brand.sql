CREATE TABLE `maintenance_series` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`body` text NOT NULL,
	`starts_local` text NOT NULL,
	`time_zone` text NOT NULL,
	`rrule` text NOT NULL,
	`duration_ms` integer NOT NULL,
	`component_ids` text NOT NULL,
	`remind_ms` integer,
	`auto_start` integer DEFAULT true NOT NULL,
	`auto_complete` integer DEFAULT true NOT NULL,
	`tells` text DEFAULT '["scheduled","reminder","started","updated","completed"]' NOT NULL,
	`planned_until` integer NOT NULL,
	`ended_at` integer,
	`version` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `page` ADD `languages` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `page` ADD `brand` text DEFAULT '{"logo":null,"accent":null,"accent_dark":null,"links":[],"css":null}' NOT NULL;--> statement-breakpoint
ALTER TABLE `page` ADD `support_response` text;--> statement-breakpoint
ALTER TABLE `page` ADD `support_include` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `incidents` ADD `remind_ms` integer;--> statement-breakpoint
ALTER TABLE `incidents` ADD `reminded_at` integer;--> statement-breakpoint
ALTER TABLE `incidents` ADD `auto_start` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `incidents` ADD `auto_complete` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `incidents` ADD `tells` text DEFAULT '["scheduled","reminder","started","updated","completed"]' NOT NULL;--> statement-breakpoint
ALTER TABLE `incidents` ADD `sequence` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `incidents` ADD `series_id` text REFERENCES maintenance_series(id);--> statement-breakpoint
ALTER TABLE `incidents` ADD `occurs_at` integer;--> statement-breakpoint
ALTER TABLE `incidents` ADD `postmortem_summary` text DEFAULT '{"what_happened":null,"root_cause":null,"affected":null,"prevention":null,"lessons":null,"apology":null,"action_items":[]}' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `occurrences` ON `incidents` (`series_id`,`occurs_at`);