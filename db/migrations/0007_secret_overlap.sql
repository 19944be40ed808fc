ALTER TABLE `alert_sources` ADD `previous_secret` text;--> statement-breakpoint
ALTER TABLE `alert_sources` ADD `previous_until` integer;