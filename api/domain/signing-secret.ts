import { DAY } from './time.ts'

/** Until when the secret before a rotation signs too, so that a receiver can change over; null when it does not any more. */
export function oldSecretUntil(rotatedAt: number | null, now: number): number | null {
  if (rotatedAt === null || now >= rotatedAt + DAY) return null
  return rotatedAt + DAY
}
