import { z } from 'zod'
import { faultKinds, type FaultKind, type Faults, type FaultyProvider } from '../faults.ts'

const faultSwitch = z
  .object({
    provider: z.enum(Object.keys(faultKinds) as FaultyProvider[]),
    kind: z.string(),
    /** A form's button; JSON gives `times` alone, null being until switched off. */
    mode: z.enum(['next', 'always', 'off']).default('next'),
    times: z.coerce.number().int().min(0).max(1_000_000).nullable().default(1),
  })
  .refine(({ provider, kind }) => (faultKinds[provider] as readonly string[]).includes(kind), {
    path: ['kind'],
    error: ({ input }) => `must be one of ${faultKinds[(input as Named).provider].join(', ')}`,
  })
type Named = { provider: FaultyProvider }

/** Sets a switch from a form or JSON; returns what was wrong with it, or null. */
export function setFault(body: unknown, faults: Faults): string | null {
  const parsed = faultSwitch.safeParse(body)
  if (!parsed.success) return z.prettifyError(parsed.error)
  const { provider, kind, mode, times } = parsed.data
  faults.set(provider, kind as FaultKind, { next: times, always: null, off: 0 }[mode])
  return null
}
