import { alertSources } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY } from '../../domain/time.ts'
import { decide, nextVersion } from '../save.ts'

export type AlertSource = typeof alertSources.$inferSelect

/** How long the secret before goes on working: whoever sends has to be told the new one first. */
const OVERLAP = DAY

/** Of two who change a secret at once the later one starts over, or the secret of the first would be lost. */
export function decideBySecret<T>(verb: () => Promise<T>): Promise<T> {
  return decide(verb, /NOT NULL constraint failed: alert_sources\.secret_version/)
}

export function nextSecretOf({ secretVersion }: AlertSource) {
  return { secretVersion: nextVersion(alertSources.secretVersion, secretVersion) }
}

export async function keepPrevious(deps: Deps, source: AlertSource) {
  const secret = await secretOf(deps, source)
  if (secret === null) return {}
  return {
    previousSecret: await deps.secrets.seal(previousPlaceOf(source.key), secret),
    previousUntil: deps.clock.now() + OVERLAP,
  }
}

export function hasPrevious(deps: Deps, { previousSecret, previousUntil }: AlertSource): boolean {
  return previousSecret !== null && previousUntil !== null && previousUntil > deps.clock.now()
}

/** What its requests may be proved with now, the present one first; empty where there is none yet. */
export async function secretsOf(deps: Deps, source: AlertSource): Promise<string[]> {
  const { key, previousSecret } = source
  const secrets = [await secretOf(deps, source)]
  if (hasPrevious(deps, source))
    secrets.push(await deps.secrets.unseal(previousPlaceOf(key), previousSecret!))
  return secrets.filter((secret) => secret !== null)
}

/** The secret of now; null where it has none yet, or none that can be read. */
export async function secretOf(deps: Deps, source: AlertSource): Promise<string | null> {
  const { key, kind, sealedSecret, secretVersion, createdAt } = source
  if (sealedSecret !== null) return deps.secrets.unseal(placeOf(key), sealedSecret)
  if (kind === 'sentry') return null
  // One that is removed and made again must not open to who knew the first.
  return deps.secrets.alertSecret(`${key}|${createdAt}`, secretVersion)
}

export function placeOf(key: string): string {
  return `alert_sources/${key}`
}

function previousPlaceOf(key: string): string {
  return `alert_sources/${key}/previous`
}
