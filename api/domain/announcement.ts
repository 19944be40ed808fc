import type { AnnouncementKind, EventKind, Phase } from './words.ts'

type Nature = {
  /** The kind of event that a subscriber may choose; null is about the subscription itself. */
  event: EventKind | null
  phase: Phase
  /** 0 is sent first; part of every provider's rate is kept for it. */
  priority: 0 | 1 | 2 | 3 | 9
}

/** What each kind of announcement is about, and how urgent it is. */
export const natures: Record<AnnouncementKind, Nature> = {
  confirmation: { event: null, phase: 'start', priority: 0 },
  already_subscribed: { event: null, phase: 'start', priority: 0 },
  incident_opened: { event: 'incident', phase: 'start', priority: 1 },
  incident_updated: { event: 'incident', phase: 'middle', priority: 2 },
  incident_resolved: { event: 'incident', phase: 'end', priority: 1 },
  maintenance_scheduled: { event: 'maintenance', phase: 'start', priority: 3 },
  maintenance_reminder: { event: 'maintenance', phase: 'middle', priority: 3 },
  maintenance_started: { event: 'maintenance', phase: 'start', priority: 3 },
  maintenance_updated: { event: 'maintenance', phase: 'middle', priority: 3 },
  // Whoever was told of the beginning needs to know that it is another one.
  maintenance_moved: { event: 'maintenance', phase: 'start', priority: 3 },
  maintenance_extended: { event: 'maintenance', phase: 'middle', priority: 3 },
  maintenance_completed: { event: 'maintenance', phase: 'end', priority: 3 },
  maintenance_cancelled: { event: 'maintenance', phase: 'end', priority: 3 },
  postmortem_published: { event: 'postmortem', phase: 'end', priority: 9 },
  digest: { event: null, phase: 'end', priority: 9 },
}
