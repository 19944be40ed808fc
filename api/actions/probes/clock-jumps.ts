import { and, eq, gt, isNotNull, or, sql } from 'drizzle-orm'
import { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { MINUTE } from '../../domain/time.ts'

/** Longer than any lease. */
const LONGEST_LEASE = 10 * MINUTE

const seen = new WeakMap<Deps, Map<string, number>>()

/**
 * What lies further ahead than two of its intervals was set by another clock: it is due at once. Looked for when a process
 * begins and whenever its clock goes back.
 */
export async function bringBack(deps: Deps, region: string): Promise<void> {
  const now = deps.clock.now()
  const mine = seen.get(deps) ?? new Map<string, number>()
  seen.set(deps, mine)
  const mayBeAstray = now < (mine.get(region) ?? Infinity)
  if (mayBeAstray && (await isAstray(deps, region, now))) await free(deps, region, now)
  mine.set(region, now)
}

function astray(region: string, now: number) {
  const twoIntervals = sql`2 * (
    SELECT ${probes.intervalMs} FROM ${probes} WHERE ${probes.id} = ${watches.probeId})`
  return and(
    eq(watches.region, region),
    isNotNull(watches.nextAt),
    or(
      gt(watches.nextAt, sql`${now} + ${twoIntervals}`),
      gt(watches.leasedUntil, now + LONGEST_LEASE),
    ),
  )
}

async function isAstray(deps: Deps, region: string, now: number): Promise<boolean> {
  const found = await deps.db
    .select({ id: watches.probeId })
    .from(watches)
    .where(astray(region, now))
    .limit(1)
  return found.length > 0
}

async function free(deps: Deps, region: string, now: number): Promise<void> {
  await deps.db
    .update(watches)
    .set({ nextAt: sql`min(${watches.nextAt}, ${now})`, leasedUntil: null })
    .where(astray(region, now))
}
