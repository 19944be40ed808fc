CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`event_type` text NOT NULL,
	`severity` text NOT NULL,
	`status` text DEFAULT 'open' NOT NULL,
	`title` text NOT NULL,
	`detail` text DEFAULT '' NOT NULL,
	`probe_id` text,
	`component_id` text,
	`incident_id` text,
	`created_at` integer NOT NULL,
	`acknowledged_at` integer,
	`resolved_at` integer,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`probe_id`) REFERENCES `probes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`component_id`) REFERENCES `components`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `alerts_by_status` ON `alerts` (`status`,`created_at`);--> statement-breakpoint
CREATE TABLE `announcements` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`incident_id` text,
	`update_id` text,
	`subscriber_seq` integer,
	`priority` integer NOT NULL,
	`impact` text NOT NULL,
	`component_ids` text NOT NULL,
	`expires_at` integer NOT NULL,
	`expand_cursor` integer DEFAULT 0 NOT NULL,
	`expand_to` integer NOT NULL,
	`expanded_at` integer,
	`superseded_at` integer,
	`swept_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`update_id`) REFERENCES `incident_updates`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subscriber_seq`) REFERENCES `subscribers`(`seq`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `announcements_to_expand` ON `announcements` (`priority`,`created_at`) WHERE expanded_at IS NULL;--> statement-breakpoint
CREATE INDEX `announcements_to_sweep` ON `announcements` (`created_at`) WHERE superseded_at IS NOT NULL AND swept_at IS NULL;--> statement-breakpoint
CREATE INDEX `announcements_by_incident` ON `announcements` (`incident_id`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`object` text NOT NULL,
	`detail` text NOT NULL,
	`request_id` text
);
--> statement-breakpoint
CREATE INDEX `audit_log_by_time` ON `audit_log` (`at`);--> statement-breakpoint
CREATE INDEX `audit_log_by_object` ON `audit_log` (`object`);--> statement-breakpoint
CREATE TABLE `batches` (
	`id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`channel` text NOT NULL,
	`priority` integer NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`first_sent_at` integer,
	`not_before` integer NOT NULL,
	`leased_until` integer,
	`owner` text,
	`absent_since` integer,
	`code` text,
	`reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `batches_due` ON `batches` (`channel`,`priority`,`not_before`) WHERE state = 'open';--> statement-breakpoint
CREATE TABLE `component_status_intervals` (
	`id` integer PRIMARY KEY NOT NULL,
	`component_id` text NOT NULL,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`component_id`) REFERENCES `components`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_open_interval_per_component` ON `component_status_intervals` (`component_id`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `intervals_by_component` ON `component_status_intervals` (`component_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `components` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`group_id` text,
	`name` text NOT NULL,
	`description` text,
	`position` integer NOT NULL,
	`status` text DEFAULT 'operational' NOT NULL,
	`declared_status` text,
	`declared_at` integer,
	`showcase` integer DEFAULT true NOT NULL,
	`only_show_if_degraded` integer DEFAULT false NOT NULL,
	`start_date` text,
	`version` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `components_key_unique` ON `components` (`key`);--> statement-breakpoint
CREATE INDEX `components_by_group` ON `components` (`group_id`,`position`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY NOT NULL,
	`announcement_id` text NOT NULL,
	`subscriber_seq` integer NOT NULL,
	`channel` text NOT NULL,
	`priority` integer NOT NULL,
	`state` text DEFAULT 'pending' NOT NULL,
	`batch_id` text,
	`provider_id` text,
	`code` text,
	`reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`announcement_id`) REFERENCES `announcements`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subscriber_seq`) REFERENCES `subscribers`(`seq`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `deliveries_ready` ON `deliveries` (`channel`,`priority`,`id`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `deliveries_by_batch` ON `deliveries` (`batch_id`) WHERE batch_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_by_provider_id` ON `deliveries` (`provider_id`) WHERE provider_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_by_subscriber` ON `deliveries` (`subscriber_seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `told_once` ON `deliveries` (`announcement_id`,`subscriber_seq`);--> statement-breakpoint
CREATE TABLE `documents` (
	`path` text PRIMARY KEY NOT NULL,
	`revision` integer NOT NULL,
	`touched_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `documents_by_revision` ON `documents` (`revision`);--> statement-breakpoint
CREATE TABLE `duties` (
	`name` text PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`error` text
);
--> statement-breakpoint
CREATE TABLE `groups` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `groups_key_unique` ON `groups` (`key`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`key_id` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`object` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`key_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_by_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `incident_components` (
	`incident_id` text NOT NULL,
	`component_id` text NOT NULL,
	`status` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`incident_id`, `component_id`),
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`component_id`) REFERENCES `components`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `incidents_by_component` ON `incident_components` (`component_id`);--> statement-breakpoint
CREATE TABLE `incident_updates` (
	`id` text PRIMARY KEY NOT NULL,
	`incident_id` text NOT NULL,
	`status` text NOT NULL,
	`body` text NOT NULL,
	`components` text NOT NULL,
	`notify` integer NOT NULL,
	`author` text NOT NULL,
	`display_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `updates_by_incident` ON `incident_updates` (`incident_id`,`display_at`);--> statement-breakpoint
CREATE TABLE `incidents` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text DEFAULT 'incident' NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`impact` text NOT NULL,
	`impact_override` text,
	`severity` text,
	`draft` integer DEFAULT false NOT NULL,
	`started_at` integer NOT NULL,
	`monitoring_at` integer,
	`resolved_at` integer,
	`next_update_at` integer,
	`scheduled_for` integer,
	`scheduled_until` integer,
	`all_clear` text,
	`postmortem` text,
	`postmortem_published_at` integer,
	`probe_id` text,
	`version` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`probe_id`) REFERENCES `probes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `incidents_newest` ON `incidents` (`started_at`);--> statement-breakpoint
CREATE INDEX `incidents_open` ON `incidents` (`kind`,`started_at`) WHERE resolved_at IS NULL;--> statement-breakpoint
CREATE TABLE `keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`secret_hash` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`expires_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE TABLE `page` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`time_zone` text DEFAULT 'Etc/UTC' NOT NULL,
	`locale` text DEFAULT 'en' NOT NULL,
	`support_email` text,
	`support_url` text,
	`support_hours` text,
	`severities` text NOT NULL,
	`profile` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `probes` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`component_id` text NOT NULL,
	`kind` text NOT NULL,
	`url` text NOT NULL,
	`method` text DEFAULT 'GET' NOT NULL,
	`headers` text DEFAULT '{}' NOT NULL,
	`expect_status` text DEFAULT '[]' NOT NULL,
	`expect_text` text DEFAULT '' NOT NULL,
	`interval_ms` integer NOT NULL,
	`recheck_ms` integer NOT NULL,
	`timeout_ms` integer NOT NULL,
	`failure_threshold` integer NOT NULL,
	`success_threshold` integer NOT NULL,
	`degraded_ms` integer,
	`status_when_down` text DEFAULT 'major_outage' NOT NULL,
	`opens_incident` text DEFAULT 'draft' NOT NULL,
	`severity` text,
	`paused` integer DEFAULT false NOT NULL,
	`state` text DEFAULT 'unknown' NOT NULL,
	`state_since` integer,
	`failures` integer DEFAULT 0 NOT NULL,
	`successes` integer DEFAULT 0 NOT NULL,
	`slow` integer DEFAULT 0 NOT NULL,
	`streak_started_at` integer,
	`last_checked_at` integer,
	`last_latency_ms` integer,
	`last_reason` text DEFAULT '' NOT NULL,
	`next_at` integer NOT NULL,
	`leased_until` integer,
	`version` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`component_id`) REFERENCES `components`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `probes_key_unique` ON `probes` (`key`);--> statement-breakpoint
CREATE INDEX `probes_due` ON `probes` (`next_at`) WHERE paused = 0;--> statement-breakpoint
CREATE INDEX `probes_by_component` ON `probes` (`component_id`);--> statement-breakpoint
CREATE TABLE `provider_gates` (
	`provider` text PRIMARY KEY NOT NULL,
	`not_before` integer DEFAULT 0 NOT NULL,
	`rate_per_second` integer NOT NULL,
	`tokens` integer NOT NULL,
	`refilled_at` integer NOT NULL,
	`circuit` text DEFAULT 'closed' NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`opened_at` integer,
	`code` text,
	`reason` text,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `renderings` (
	`announcement_id` text NOT NULL,
	`channel` text NOT NULL,
	`locale` text NOT NULL,
	`subject` text NOT NULL,
	`html` text NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`announcement_id`, `channel`, `locale`),
	FOREIGN KEY (`announcement_id`) REFERENCES `announcements`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sample_buckets` (
	`probe_id` text NOT NULL,
	`resolution` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ok` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`latency_sum` integer DEFAULT 0 NOT NULL,
	`latency_max` integer DEFAULT 0 NOT NULL,
	`histogram` text NOT NULL,
	PRIMARY KEY(`probe_id`, `resolution`, `started_at`),
	FOREIGN KEY (`probe_id`) REFERENCES `probes`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sessions` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `subscribers` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`channel` text NOT NULL,
	`address` text,
	`address_hash` text NOT NULL,
	`state` text NOT NULL,
	`preferences` text NOT NULL,
	`locale` text DEFAULT 'en' NOT NULL,
	`time_zone` text DEFAULT 'Etc/UTC' NOT NULL,
	`token_version` integer DEFAULT 1 NOT NULL,
	`challenged_at` integer NOT NULL,
	`code_tries` integer DEFAULT 0 NOT NULL,
	`consent` text NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	`unsubscribed_at` integer,
	`updated_at` integer NOT NULL,
	CONSTRAINT "address_until_erased" CHECK(address IS NOT NULL OR state = 'erased')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_id_unique` ON `subscribers` (`id`);--> statement-breakpoint
CREATE INDEX `subscribers_pending` ON `subscribers` (`created_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX `one_subscription_per_address` ON `subscribers` (`channel`,`address_hash`);--> statement-breakpoint
CREATE TABLE `suppressions` (
	`channel` text NOT NULL,
	`address_hash` text NOT NULL,
	`reason` text NOT NULL,
	`detail` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`channel`, `address_hash`)
);
--> statement-breakpoint
CREATE TABLE `webhook_events` (
	`provider` text NOT NULL,
	`event_id` text NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`provider`, `event_id`)
);
--> statement-breakpoint
CREATE INDEX `webhook_events_by_age` ON `webhook_events` (`received_at`);