import { and, eq, gte, isNull, lte, ne, or, sql } from 'drizzle-orm'
import {
  components,
  componentStatusIntervals,
  deliveries,
  groups,
  incidents,
  probes,
  providerGates,
  subscribers,
  watches,
} from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { speak } from '../domain/message.ts'
import { targetOf } from '../domain/question.ts'
import { rollUp } from '../domain/status.ts'
import { DAY } from '../domain/time.ts'
import { voiceOf } from '../domain/voting.ts'
import { countLive, liveAlerts, viewOfAlert } from './alerts/listing.ts'
import { fullName, inPageOrder } from './components/components.ts'
import { incidentsWithTimelines, withProposals } from './incidents/incident-views.ts'
import { unreviewed } from './incidents/unreviewed.ts'
import { listTemplates } from './incidents/templates.ts'
import type { Principal } from './access/keys.ts'
import { iso, isoOrNull, pageView, thePage } from './page.ts'
import { progressOf } from './telling/progress.ts'
import { recentlyTold } from './telling/recent-news.ts'
import { untoldOf } from './telling/untold.ts'

/** What the console tells in words of its own. */
const toldElsewhere = [
  'update.overdue',
  'provider.blocked',
  'delivery.untold',
  'all_clear.proposed',
]

/** Everything an operator needs on one screen. */
export async function consolePage(
  deps: Deps,
  operator: Pick<Principal, 'keyId' | 'name' | 'scopes'>,
) {
  const page = await thePage(deps)
  const now = deps.clock.now()
  const [componentRows, probeRows, watchRows, alertRows, [live], gates, waiting, counted] =
    await deps.db.batch([
      deps.db
        .select({
          component: components,
          groupName: groups.name,
          since: componentStatusIntervals.startedAt,
        })
        .from(components)
        .leftJoin(groups, eq(groups.id, components.groupId))
        .leftJoin(
          componentStatusIntervals,
          and(
            eq(componentStatusIntervals.componentId, components.id),
            isNull(componentStatusIntervals.endedAt),
          ),
        )
        .orderBy(...inPageOrder),
      deps.db.select().from(probes).where(eq(probes.paused, false)),
      deps.db.select().from(watches),
      liveAlerts(deps, { limit: 20, except: toldElsewhere }),
      countLive(deps),
      deps.db.select().from(providerGates).where(ne(providerGates.circuit, 'closed')),
      waitingByChannel(deps),
      deps.db
        .select({ state: subscribers.state, count: sql<number>`count(*)` })
        .from(subscribers)
        .groupBy(subscribers.state),
    ])
  const shown = await incidentsWithTimelines(
    deps,
    page,
    or(
      and(isNull(incidents.resolvedAt), eq(incidents.kind, 'incident')),
      and(
        isNull(incidents.resolvedAt),
        or(ne(incidents.status, 'scheduled'), lte(incidents.scheduledFor, now + DAY)),
      ),
      and(
        eq(incidents.kind, 'incident'),
        gte(incidents.resolvedAt, now - DAY),
        eq(incidents.draft, false),
      ),
    ),
  )
  const ids = new Set([...shown.map(({ id }) => id), ...(await recentlyTold(deps))])
  const progress = await progressOf(deps, [...ids])
  const withTellings = (await withProposals(deps, page, shown)).map((incident) => ({
    ...incident,
    announcements: progress.get(incident.id) ?? [],
  }))
  // Of incidents that are not shown, too.
  const untold = await untoldOf(deps, [...progress.values()].flat())
  const watched = Map.groupBy(watchRows, ({ probeId }) => probeId)
  const templates = (await listTemplates(deps)).map(({ key, name }) => ({ key, name }))
  const overall = rollUp(componentRows.map(({ component }) => component.status))
  const count = (state: string) => counted.find((row) => row.state === state)?.count ?? 0
  return {
    page: pageView(deps, page),
    status: { indicator: overall.indicator, description: speak('en')(overall.description) },
    generated_at: iso(now),
    operator: { key_id: operator.keyId, name: operator.name, scopes: operator.scopes },
    components: componentRows.map(({ component, groupName, since }) => ({
      id: component.id,
      key: component.key,
      name: fullName(component.name, groupName),
      status: component.status,
      since: iso(since ?? component.createdAt),
      probes: probeRows
        .filter((probe) => probe.componentId === component.id)
        .map((probe) => {
          const voice = voiceOf(probe.state, watched.get(probe.id) ?? [])
          return {
            id: probe.id,
            url: targetOf(probe.question),
            state: probe.state,
            since: isoOrNull(probe.stateSince),
            last_checked_at: isoOrNull(voice?.lastCheckedAt ?? null),
            last_latency_ms: voice?.lastLatencyMs ?? null,
            last_reason: voice?.lastReason ?? '',
          }
        }),
    })),
    incidents: withTellings.filter(
      ({ resolved_at, kind }) => resolved_at === null && kind === 'incident',
    ),
    maintenances: withTellings
      .filter(({ resolved_at, kind }) => resolved_at === null && kind === 'maintenance')
      .toReversed(),
    recently_resolved: withTellings.filter(({ resolved_at }) => resolved_at !== null),
    alerts: alertRows.map(viewOfAlert),
    live_alerts: live!.total,
    blocked_providers: gates.map((gate) => {
      const channel = deps.providers.find(({ name }) => name === gate.provider)?.channel
      return {
        provider: gate.provider,
        channel: channel ?? null,
        reason: gate.reason ?? '',
        since: iso(gate.openedAt ?? gate.updatedAt),
        waiting: waiting.find((row) => row.channel === channel)?.count ?? 0,
      }
    }),
    untold,
    unreviewed: await unreviewed(deps, page),
    subscribers: { active: count('active'), pending: count('pending') },
    templates,
    severities: page.severities.map(({ key, name, impact, update_every_min }) => ({
      key,
      name,
      impact,
      update_every_min,
    })),
    demo_targets: deps.demo?.targets() ?? [],
    inbox_url: deps.inboxUrl,
  }
}

/** The state stands in the text of the query: a parameter would keep it from the partial index. */
export function waitingByChannel(deps: Deps) {
  return deps.db
    .select({ channel: deliveries.channel, count: sql<number>`count(*)` })
    .from(deliveries)
    .where(sql`${deliveries.state} = 'pending'`)
    .groupBy(deliveries.channel)
}
