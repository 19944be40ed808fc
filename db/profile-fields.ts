import { z } from 'zod'
import { DAY, HOUR, MINUTE, SECOND } from '../api/domain/time.ts'

const units: Record<string, number> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** `30s`, `1m`, `1.5h`; becomes milliseconds. */
export const duration = z
  .string('must be a duration such as 30s, 5m or 2h')
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, {
    error: 'must be a duration such as 30s, 5m or 2h',
    abort: true,
  })
  .transform((text) => Math.round(parseFloat(text) * units[text.replace(/[\d.]+/, '')]!))

export const key = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
  error: 'must be lower-case letters, digits and single hyphens',
  abort: true,
})
