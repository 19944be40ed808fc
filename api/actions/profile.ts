import type { Profile } from '../../db/profile-schema.ts'
import type { Statement } from '../../db/client.ts'
import { components, componentStatusIntervals, groups, page, templates } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { allDocuments } from '../domain/documents.ts'
import { DomainError } from '../domain/error.ts'
import { dayOf, SECOND } from '../domain/time.ts'
import { newTemplate } from './incidents/templates.ts'
import { addDependencies } from './components/dependencies.ts'
import { newProbe } from './probes/probes.ts'
import type { Probe } from './probes/probing.ts'
import { insertProbe } from './probes/watches.ts'
import { audit, touch, violates } from './save.ts'

/** First checks are spread over this time, or over the interval where that is shorter. */
const SPREAD = 10 * SECOND

/**
 * Fills an empty database with a profile called `name`, once: of several processes that start together one wins, because
 * keys of components are unique. False when there is a page already.
 */
export async function applyProfile(deps: Deps, name: string, profile: Profile): Promise<boolean> {
  if (await hasPage(deps)) return false
  try {
    await deps.db.write(rowsOf(deps, name, profile))
    return true
  } catch (error) {
    if (violates(error, /UNIQUE constraint failed/) && (await hasPage(deps))) return false
    throw error
  }
}

async function hasPage(deps: Deps): Promise<boolean> {
  return (await deps.db.query.page.findFirst({ columns: { id: true } })) !== undefined
}

function rowsOf(deps: Deps, name: string, profile: Profile): Statement[] {
  const now = deps.clock.now()
  const times = { createdAt: now, updatedAt: now }
  const { time_zone: timeZone, support, uptime_target, ...named } = profile.page
  const { privacy_url, terms_url, ...about } = named
  const today = dayOf(now, timeZone)
  const groupIds = new Map(profile.groups.map(({ key }) => [key, deps.newId()]))
  const componentIds = new Map(profile.components.map(({ key }) => [key, deps.newId()]))
  return [
    deps.db.insert(page).values({
      id: deps.newId(),
      timeZone,
      supportEmail: support.email,
      supportUrl: support.url,
      supportHours: support.hours,
      supportResponse: support.response,
      supportInclude: support.include,
      privacyUrl: privacy_url,
      termsUrl: terms_url,
      uptimeTarget: uptime_target,
      severities: severitiesOf(profile),
      canaries: profile.canaries,
      profile: name,
      ...about,
      ...times,
    }),
    ...profile.groups.map((group, index) =>
      deps.db
        .insert(groups)
        .values({ ...group, ...times, id: groupIds.get(group.key)!, position: index + 1 }),
    ),
    ...profile.components.flatMap(({ group, key, name, description }) => {
      const id = componentIds.get(key)!
      const groupId = group === null ? null : groupIds.get(group)!
      const position = positionOf(profile, key)
      return [
        deps.db
          .insert(components)
          .values({ key, name, description, ...times, id, groupId, position, startDate: today }),
        deps.db
          .insert(componentStatusIntervals)
          .values({ componentId: id, status: 'operational', startedAt: now }),
      ]
    }),
    ...profile.components.flatMap(({ key, depends_on }) =>
      addDependencies(
        deps,
        componentIds.get(key)!,
        depends_on.map((need) => componentIds.get(need)!),
      ),
    ),
    ...profile.probes
      .map((probe, index) => {
        const componentId = componentIds.get(probe.component)!
        return located(`probes.${index}`, () => probeOf(deps, probe, componentId))
      })
      .flatMap((probe) => insertProbe(deps, probe, spread(deps, probe))),
    ...profile.templates.map((template) =>
      deps.db.insert(templates).values(newTemplate(deps, template)),
    ),
    touch(
      deps,
      allDocuments({
        componentIds: [...componentIds.values()],
        incidentIds: [],
        firstMonth: today.slice(0, 7),
        thisMonth: today.slice(0, 7),
      }),
    ),
    audit(deps, { id: 'profile', requestId: null }, 'page.create', 'page', { profile: name }),
  ]
}

/** What only this machine can refuse is told with its place in the profile. */
function located<T>(place: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const fields = error.fields.map((field) => ({ ...field, path: `${place}.${field.path}` }))
    const sentences = fields.map(({ path, message }) => `${path}: ${message}`)
    throw new DomainError('invalid', sentences.join('\n'), { fields })
  }
}

/** Counted inside the group, from 1. */
function positionOf({ components }: Profile, key: string): number {
  const { group } = components.find((component) => component.key === key)!
  return (
    1 +
    components.filter((component) => component.group === group).findIndex((one) => one.key === key)
  )
}

function severitiesOf({ severities }: Profile) {
  return severities.map(({ respond_within, resolve_within, update_every, ...severity }) => ({
    ...severity,
    respond_within_min: respond_within,
    resolve_within_min: resolve_within,
    update_every_min: update_every,
  }))
}

function probeOf(deps: Deps, probe: Profile['probes'][number], componentId: string) {
  const { key, kind, question: asked, severity } = probe
  const { kind: _, ...question } = asked
  return newProbe(deps, {
    key,
    componentId,
    kind,
    question,
    severity,
    intervalMs: probe.interval,
    recheckMs: probe.recheck,
    timeoutMs: probe.timeout,
    confirmMs: probe.confirm,
    stableMs: probe.stable,
    degradedMs: probe.degraded,
    latencyPercentile: probe.latency_percentile,
    latencyWindow: probe.latency_window,
    ...(probe.failure_threshold && { failureThreshold: probe.failure_threshold }),
    ...(probe.success_threshold && { successThreshold: probe.success_threshold }),
    statusWhenDown: probe.status_when_down,
    opensIncident: probe.opens_incident,
    openingTemplate: probe.opening_template,
    allClear: probe.all_clear,
    closingTemplate: probe.closing_template,
    watchMs: probe.watch,
    regions: probe.regions,
    quorum: probe.quorum,
  })
}

function spread(deps: Deps, { createdAt, intervalMs }: Probe): number {
  return createdAt + Math.round(deps.random() * Math.min(SPREAD, intervalMs))
}
