import type { Impact } from './words.ts'

/** One step of the operator's own scale, e.g. SEV-1 or P0. */
export type Severity = {
  key: string
  name: string
  impact: Impact
  /** Minutes; null where the team promises none. */
  respond_within_min: number | null
  resolve_within_min: number | null
  update_every_min: number | null
}
