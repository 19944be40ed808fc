import { worstImpact } from './status.ts'
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

/** Whether an incident is of the gravest kind that the page's scale knows; without a severity its impact decides. */
export function isAmongGravest(
  { severity, impact }: { severity: string | null; impact: Impact },
  scale: Severity[],
): boolean {
  const gravest = worstImpact(scale.map((level) => level.impact))
  const own = scale.find(({ key }) => key === severity)?.impact ?? impact
  return own !== 'none' && (own === gravest || own === 'critical')
}
