CREATE TABLE `templates` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`title` text DEFAULT '' NOT NULL,
	`body` text NOT NULL,
	`status` text,
	`version` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `templates_key_unique` ON `templates` (`key`);--> statement-breakpoint
CREATE TABLE `component_dependencies` (
	`component_id` text NOT NULL,
	`depends_on_id` text NOT NULL,
	PRIMARY KEY(`component_id`, `depends_on_id`),
	FOREIGN KEY (`component_id`) REFERENCES `components`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`depends_on_id`) REFERENCES `components`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `dependents_by_component` ON `component_dependencies` (`depends_on_id`);--> statement-breakpoint
CREATE TABLE `uptime_months` (
	`component_id` text NOT NULL,
	`month` text NOT NULL,
	`operational_s` real NOT NULL,
	`degraded_s` real NOT NULL,
	`partial_s` real NOT NULL,
	`major_s` real NOT NULL,
	`maintenance_s` real NOT NULL,
	`frozen_at` integer NOT NULL,
	PRIMARY KEY(`component_id`, `month`),
	FOREIGN KEY (`component_id`) REFERENCES `components`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `page` ADD `uptime_target` real DEFAULT 99.9 NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `opening_template` text;--> statement-breakpoint
ALTER TABLE `probes` ADD `all_clear` text DEFAULT 'propose' NOT NULL;--> statement-breakpoint
ALTER TABLE `probes` ADD `closing_template` text;--> statement-breakpoint
ALTER TABLE `probes` ADD `watch_ms` integer DEFAULT 1800000 NOT NULL;