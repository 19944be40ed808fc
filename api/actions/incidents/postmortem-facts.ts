import { and, asc, eq, gte, inArray, like, lte } from 'drizzle-orm'
import { alerts, incidentComponents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { PostmortemSummary } from '../../domain/postmortem.ts'
import { proposedPostmortem } from '../../domain/postmortem-draft.ts'
import { EARLIER, figuresOf, type PostmortemFigures } from '../../domain/postmortem-figures.ts'
import { fullName, inPageOrder } from '../components/components.ts'
import { isoOrNull, thePage, type Page } from '../page.ts'
import { audienceOfDraft } from '../telling/audience.ts'
import { loadIntervals } from '../uptime/intervals.ts'
import { affectedComponents } from './affected.ts'
import { viewOfFigures } from './postmortem-views.ts'
import { findEither, type Incident } from './timeline.ts'

/** A post-mortem as operators write it, with what is known without them and the words to begin with. */
export async function postmortemOf(deps: Deps, id: string) {
  const page = await thePage(deps)
  const incident = await findEither(deps, id)
  const { postmortem, postmortemSummary, postmortemPublishedAt, resolvedAt, version } = incident
  const { figures, ...summary } = postmortemSummary
  const isPublished = postmortemPublishedAt !== null
  return {
    incident: {
      id,
      kind: incident.kind,
      name: incident.name,
      resolved_at: isoOrNull(resolvedAt),
    },
    body: postmortem,
    summary,
    figures:
      resolvedAt === null ? null : viewOfFigures(figures ?? (await loadFigures(deps, incident))),
    published_at: isoOrNull(postmortemPublishedAt),
    version,
    proposed: postmortem === null ? await proposalFor(deps, page, incident) : null,
    audience: isPublished ? null : await whoHears(deps, id),
  }
}

/** What is known of an incident that is over. */
export async function loadFigures(deps: Deps, incident: Incident): Promise<PostmortemFigures> {
  const { timeZone } = await thePage(deps)
  const { kind, startedAt, createdAt } = incident
  const resolvedAt = incident.resolvedAt!
  const named = await affectedComponents(
    deps,
    eq(incidentComponents.incidentId, incident.id),
  ).orderBy(...inPageOrder)
  const ids = named.map(({ id }) => id)
  const histories = await loadIntervals(deps, ids, startedAt - EARLIER, timeZone)
  const raised = await deps.db
    .select({ at: alerts.createdAt })
    .from(alerts)
    .where(
      and(
        inArray(alerts.componentId, ids),
        like(alerts.eventType, 'probe.%'),
        gte(alerts.createdAt, startedAt - EARLIER),
        lte(alerts.createdAt, resolvedAt),
      ),
    )
  return figuresOf({
    incident: { kind, startedAt, createdAt, resolvedAt },
    alertedAt: raised.map(({ at }) => at),
    components: named.map(({ id, name, groupName }) => ({
      name: fullName(name, groupName),
      intervals: histories.get(id)?.intervals ?? [],
    })),
  })
}

async function proposalFor(
  deps: Deps,
  { locale, timeZone }: Page,
  { id, allClear }: Incident,
): Promise<{ body: string; summary: PostmortemSummary }> {
  const updates = await deps.db
    .select()
    .from(incidentUpdates)
    .where(eq(incidentUpdates.incidentId, id))
    .orderBy(asc(incidentUpdates.displayAt))
  return proposedPostmortem({ page: { locale, timeZone }, updates, allClear })
}

/** How many would hear of it by each channel, at once or later. */
async function whoHears(deps: Deps, incidentId: string): Promise<Record<string, number>> {
  const audience = await audienceOfDraft(deps, {
    kind: 'postmortem_published',
    components: [],
    severity: null,
    impact: null,
    incidentId,
  })
  return Object.fromEntries(
    Object.entries(audience).map(([channel, { at_once, held, digest }]) => [
      channel,
      at_once + held + digest,
    ]),
  )
}
