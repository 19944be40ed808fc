import { asc, eq, sql } from 'drizzle-orm'
import { alertSources, alerts } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { ownSources } from '../../domain/alert.ts'
import { DomainError } from '../../domain/error.ts'
import type { AlertSourceKind } from '../../domain/words.ts'
import { remember } from '../access/idempotency.ts'
import { componentIdOf } from '../components/catalog.ts'
import { iso, isoOrNull } from '../page.ts'
import { audit, violates, type Actor } from '../save.ts'
import { resolveLive } from './raising.ts'
import {
  decideBySecret,
  hasPrevious,
  keepPrevious,
  nextSecretOf,
  placeOf,
  type AlertSource,
} from './source-secrets.ts'

export type NewAlertSource = {
  key: string
  name: string
  kind: AlertSourceKind
  /** Id or key of what its alerts are about unless they say so themselves. */
  component?: string | null | undefined
  /** Its own, where it makes one; otherwise it gets one of ours. */
  secret?: string | undefined
}
export type AlertSourceChange = Partial<Pick<NewAlertSource, 'name' | 'component' | 'secret'>>

export async function listSources(deps: Deps) {
  const rows = await deps.db.select().from(alertSources).orderBy(asc(alertSources.key))
  return rows.map((source) => viewOfSource(deps, source))
}

export async function findSource(deps: Deps, key: string): Promise<AlertSource> {
  const source = await deps.db.query.alertSources.findFirst({ where: eq(alertSources.key, key) })
  if (!source) throw new DomainError('not_found', `there is no alert source ${key}`)
  return source
}

export async function createSource(deps: Deps, actor: Actor, input: NewAlertSource): Promise<void> {
  const { key, name, kind, component, secret } = input
  if (ownSources.some((own) => own === key)) throw taken(`${key} is what we call our own alerts`)
  const now = deps.clock.now()
  try {
    await deps.db.write([
      ...remember(deps, actor, key),
      deps.db.insert(alertSources).values({
        key,
        name,
        kind,
        componentId: component ? await componentIdOf(deps, component) : null,
        sealedSecret: secret === undefined ? null : await deps.secrets.seal(placeOf(key), secret),
        createdAt: now,
        updatedAt: now,
      }),
      audit(deps, actor, 'alert_source.created', `alert-sources/${key}`, { name, kind }),
    ])
  } catch (error) {
    if (!violates(error, /UNIQUE constraint failed: alert_sources\.key/)) throw error
    throw taken(`there is an alert source ${JSON.stringify(key)} already`)
  }
}

function taken(message: string): DomainError {
  return new DomainError('conflict', message, { fields: [{ path: 'key', message }] })
}

/** A secret that replaces another one lets the other go on for a while. */
export function updateSource(
  deps: Deps,
  actor: Actor,
  key: string,
  change: AlertSourceChange,
): Promise<AlertSource> {
  const { name, component, secret } = change
  return decideBySecret(async () => {
    const source = await findSource(deps, key)
    const changed = {
      ...(name === undefined ? {} : { name }),
      ...(component === undefined
        ? {}
        : { componentId: component === null ? null : await componentIdOf(deps, component) }),
      ...(secret === undefined
        ? {}
        : {
            ...(await keepPrevious(deps, source)),
            sealedSecret: await deps.secrets.seal(placeOf(key), secret),
          }),
      updatedAt: deps.clock.now(),
    }
    await deps.db.write([
      deps.db
        .update(alertSources)
        .set({ ...changed, ...(secret === undefined ? {} : nextSecretOf(source)) })
        .where(eq(alertSources.key, key)),
      audit(deps, actor, 'alert_source.updated', `alert-sources/${key}`, {
        fields: Object.keys(change),
      }),
    ])
    return { ...source, ...changed }
  })
}

/** Its history stays; nobody can end what is live any more but we. */
export async function deleteSource(deps: Deps, actor: Actor, key: string): Promise<void> {
  await findSource(deps, key)
  await deps.db.write([
    resolveLive(deps, sql`${alerts.source} = ${key}`, {
      by: actor.id,
      reason: 'its source was removed',
    }),
    deps.db.delete(alertSources).where(eq(alertSources.key, key)),
    audit(deps, actor, 'alert_source.deleted', `alert-sources/${key}`),
  ])
}

export function viewOfSource(deps: Deps, source: AlertSource) {
  return {
    key: source.key,
    name: source.name,
    kind: source.kind,
    url: `${deps.publicUrl}/hooks/alerts/${source.key}`,
    component_id: source.componentId,
    has_secret: source.kind !== 'sentry' || source.sealedSecret !== null,
    own_secret: source.sealedSecret !== null,
    previous_until: hasPrevious(deps, source) ? isoOrNull(source.previousUntil) : null,
    last_received_at: isoOrNull(source.lastReceivedAt),
    created_at: iso(source.createdAt),
  }
}
