import { DAY } from './time.ts'

/** What a target proved itself with. */
export type Certificate = {
  /** Epoch milliseconds. */
  expires_at: number
  issuer: string
  names: string[]
}

/** The step of `days` that a certificate has reached: the fewest days that are left or more; null while none is. */
export function expiryStep(days: number[], expiresAt: number, now: number): number | null {
  const left = (expiresAt - now) / DAY
  const reached = days.filter((day) => left <= day)
  return reached.length === 0 ? null : Math.min(...reached)
}
