/** The field's words, each written once. Statuspage's own terms where it has one. */

export const componentStatuses = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const
export type ComponentStatus = (typeof componentStatuses)[number]

export const incidentStatuses = ['investigating', 'identified', 'monitoring', 'resolved'] as const
export const maintenanceStatuses = [
  'scheduled',
  'in_progress',
  'verifying',
  'completed',
  'cancelled',
] as const
export const updateStatuses = [...incidentStatuses, 'postmortem', ...maintenanceStatuses] as const
export type IncidentStatus = (typeof incidentStatuses)[number]
export type MaintenanceStatus = (typeof maintenanceStatuses)[number]
export type UpdateStatus = (typeof updateStatuses)[number]

export const impacts = ['none', 'minor', 'major', 'critical', 'maintenance'] as const
export type Impact = (typeof impacts)[number]
/** What a subscriber may set as their minimum. */
export const minimumImpacts = ['none', 'minor', 'major', 'critical'] as const
export type MinimumImpact = (typeof minimumImpacts)[number]

export const channels = ['email', 'sms', 'webhook', 'slack', 'teams', 'discord'] as const
export type Channel = (typeof channels)[number]

export const eventKinds = ['incident', 'maintenance', 'postmortem'] as const
export type EventKind = (typeof eventKinds)[number]

export const announcementKinds = [
  'confirmation',
  'already_subscribed',
  'incident_opened',
  'incident_updated',
  'incident_resolved',
  'maintenance_scheduled',
  'maintenance_reminder',
  'maintenance_started',
  'maintenance_updated',
  'maintenance_moved',
  'maintenance_extended',
  'maintenance_completed',
  'maintenance_cancelled',
  'postmortem_published',
  'digest',
] as const
export type AnnouncementKind = (typeof announcementKinds)[number]

/** Where in a story a telling stands; `only start and end` leaves out the middle. */
export const phases = ['start', 'middle', 'end'] as const
export type Phase = (typeof phases)[number]

/** Every update, or only where a story begins and ends. */
export const updateWishes = ['all', 'start_and_end'] as const
export type UpdateWish = (typeof updateWishes)[number]

export const deliveryStates = [
  'pending',
  'held',
  'sending',
  'accepted',
  'delayed',
  'delivered',
  'bounced',
  'undelivered',
  'failed',
  'suppressed',
  'complained',
  'skipped',
  'superseded',
  'expired',
  'unknown',
  'dead',
] as const
export type DeliveryState = (typeof deliveryStates)[number]

export const suppressionReasons = [
  'bounce',
  'complaint',
  'stop',
  'invalid',
  'provider',
  'unreachable',
  'manual',
] as const
export type SuppressionReason = (typeof suppressionReasons)[number]

export const subscriberStates = ['pending', 'active', 'unsubscribed', 'erased'] as const
export type SubscriberState = (typeof subscriberStates)[number]

export const probeKinds = ['http', 'tcp', 'dns', 'tls', 'heartbeat', 'metric'] as const
export type ProbeKind = (typeof probeKinds)[number]
/** What a probe believes after hysteresis; `unknown` until its first verdict. */
export const probeStates = ['unknown', 'up', 'degraded', 'down'] as const
export type ProbeState = (typeof probeStates)[number]

/** What follows once a probe that opened an incident was well for its watching time. */
export const allClearWays = ['propose', 'auto'] as const
export type AllClearWay = (typeof allClearWays)[number]

/** Systems whose alerts we understand; `generic` is our own JSON. */
export const alertSourceKinds = ['alertmanager', 'grafana', 'sentry', 'generic'] as const
export type AlertSourceKind = (typeof alertSourceKinds)[number]

export const alertStatuses = ['open', 'acknowledged', 'resolved'] as const
export type AlertStatus = (typeof alertStatuses)[number]
export const alertSeverities = ['critical', 'warning', 'info'] as const
export type AlertSeverity = (typeof alertSeverities)[number]

export const scopes = [
  'read',
  'incidents:write',
  'components:write',
  'probes:write',
  'probes:report',
  'subscribers:read',
  'subscribers:write',
  'keys:admin',
] as const
export type Scope = (typeof scopes)[number]
