import { eq, inArray, sql } from 'drizzle-orm'
import { probeReports } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { isAsked } from '../../domain/question.ts'
import { formatReportToken, reportText } from '../../domain/report.ts'
import type { Probe } from './probing.ts'
import { findProbe } from './probes.ts'
import { audit, type Actor } from '../save.ts'

const paths = { heartbeat: '/hooks/heartbeat', metric: '/hooks/metrics' } as const

/** Where probes that are told are told, by the id of the probe. */
export async function hookUrls(deps: Deps, probes: Probe[]): Promise<Map<string, string>> {
  const told = probes.filter(({ kind }) => !isAsked(kind))
  if (told.length === 0) return new Map()
  const versions = await deps.db
    .select({ probeId: probeReports.probeId, version: probeReports.tokenVersion })
    .from(probeReports)
    .where(
      inArray(
        probeReports.probeId,
        told.map(({ id }) => id),
      ),
    )
  const kinds = new Map(told.map(({ id, kind }) => [id, kind as keyof typeof paths]))
  return new Map(
    await Promise.all(
      versions.map(async (one) => {
        const kind = kinds.get(one.probeId)!
        const signature = await deps.secrets.sign(kind, reportText(one))
        const token = formatReportToken({ ...one, signature })
        return [one.probeId, `${deps.publicUrl}${paths[kind]}/${token}`] as const
      }),
    ),
  )
}

/** Gives a probe that is told a new address; the old one is worth nothing from here on. */
export async function rotateToken(deps: Deps, actor: Actor, idOrKey: string): Promise<Probe> {
  const probe = await findProbe(deps, idOrKey)
  if (isAsked(probe.kind))
    throw new DomainError('conflict', `${probe.key} is asked by ${probe.kind} and has no address`)
  await deps.db.write([
    deps.db
      .update(probeReports)
      .set({ tokenVersion: sql`${probeReports.tokenVersion} + 1` })
      .where(eq(probeReports.probeId, probe.id)),
    audit(deps, actor, 'probe.rotate', `probes/${probe.id}`, { key: probe.key }),
  ])
  return probe
}
