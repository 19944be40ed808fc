/** Tellings of a maintenance that the operator may leave out; a change of plan is always told. */
export const maintenanceTellings = [
  'scheduled',
  'reminder',
  'started',
  'updated',
  'completed',
] as const
export type MaintenanceTelling = (typeof maintenanceTellings)[number]

/** How a planned maintenance runs by itself, and what of it is told. */
export type MaintenancePlan = {
  /** How long before the start people are reminded; null: not at all. */
  remindMs: number | null
  /** Starts at its time; otherwise an operator starts it. */
  autoStart: boolean
  /** Ends at its time if its probes are well; otherwise an operator ends it. */
  autoComplete: boolean
  tells: MaintenanceTelling[]
}
