import type { ComponentStatus } from './words.ts'

/** What one update said of one component. */
export type UpdateComponent = {
  id: string
  /** As it was named then, `Group - Component` for grouped ones. */
  name: string
  old_status: ComponentStatus
  new_status: ComponentStatus
}

/** The closing words of an incident. */
export type AllClear = {
  issue: string
  root_cause: string
  fix: string
  impact: string
  postmortem_url: string | null
}
