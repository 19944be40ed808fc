import { z } from '@hono/zod-openapi'
import type { Component } from '../actions/components/components.ts'
import type { Group } from '../actions/components/groups.ts'
import { iso, isoOrNull } from '../actions/page.ts'
import type { Probe } from '../actions/probes/probing.ts'
import { componentStatuses, probeKinds, probeStates } from '../domain/words.ts'
import { componentStatus, instant } from './views.ts'

// Components, groups and probes as operators see them.

export const catalogComponentView = z
  .object({
    id: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    group_id: z.string().nullable(),
    position: z.int(),
    status: componentStatus.openapi({ description: 'What the public sees.' }),
    declared_status: componentStatus
      .nullable()
      .openapi({ description: 'What an operator says of it outside incidents.' }),
    declared_at: instant.nullable(),
    only_show_if_degraded: z.boolean(),
    start_date: z.iso.date().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('Component')

export function viewOfComponent(component: Component): z.infer<typeof catalogComponentView> {
  return {
    id: component.id,
    key: component.key,
    name: component.name,
    description: component.description,
    group_id: component.groupId,
    position: component.position,
    status: component.status,
    declared_status: component.declaredStatus,
    declared_at: isoOrNull(component.declaredAt),
    only_show_if_degraded: component.onlyShowIfDegraded,
    start_date: component.startDate,
    created_at: iso(component.createdAt),
    updated_at: iso(component.updatedAt),
  }
}

export const catalogGroupView = z
  .object({
    id: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    position: z.int(),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('ComponentGroup')

export function viewOfGroup(group: Group): z.infer<typeof catalogGroupView> {
  return {
    id: group.id,
    key: group.key,
    name: group.name,
    description: group.description,
    position: group.position,
    created_at: iso(group.createdAt),
    updated_at: iso(group.updatedAt),
  }
}

export const probeView = z
  .object({
    id: z.string(),
    key: z.string(),
    component_id: z.string(),
    kind: z.enum(probeKinds),
    url: z.string(),
    method: z.enum(['GET', 'HEAD']),
    header_names: z
      .array(z.string())
      .openapi({ description: 'Names only: the values may be secrets.' }),
    expect_status: z.array(z.int()),
    expect_text: z.string(),
    interval_ms: z.int(),
    recheck_ms: z.int(),
    timeout_ms: z.int(),
    failure_threshold: z.int(),
    success_threshold: z.int(),
    degraded_ms: z.int().nullable(),
    status_when_down: z.enum(componentStatuses),
    opens_incident: z.enum(['no', 'draft', 'public']),
    severity: z.string().nullable(),
    paused: z.boolean(),
    state: z.enum(probeStates),
    state_since: instant.nullable(),
    last_checked_at: instant.nullable(),
    last_latency_ms: z.int().nullable(),
    last_reason: z.string(),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('Probe')

export function viewOfProbe(probe: Probe): z.infer<typeof probeView> {
  return {
    id: probe.id,
    key: probe.key,
    component_id: probe.componentId,
    kind: probe.kind,
    url: probe.url,
    method: probe.method,
    header_names: Object.keys(probe.headers),
    expect_status: probe.expectStatus,
    expect_text: probe.expectText,
    interval_ms: probe.intervalMs,
    recheck_ms: probe.recheckMs,
    timeout_ms: probe.timeoutMs,
    failure_threshold: probe.failureThreshold,
    success_threshold: probe.successThreshold,
    degraded_ms: probe.degradedMs,
    status_when_down: probe.statusWhenDown,
    opens_incident: probe.opensIncident,
    severity: probe.severity,
    paused: probe.paused,
    state: probe.state,
    state_since: isoOrNull(probe.stateSince),
    last_checked_at: isoOrNull(probe.lastCheckedAt),
    last_latency_ms: probe.lastLatencyMs,
    last_reason: probe.lastReason,
    created_at: iso(probe.createdAt),
    updated_at: iso(probe.updatedAt),
  }
}
