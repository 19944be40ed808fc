import { desc, eq, sql } from 'drizzle-orm'
import { announcements, incidents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Letter, LetterStory } from '../../domain/letters/letter.ts'
import { DAY } from '../../domain/time.ts'
import type { Announcement } from '../telling/announcements.ts'
import { incidentFacts, updateFacts, updateTold } from './letter-incidents.ts'

/** What a digest sums up: each incident once, the one with the newest news first. */
export async function digestFacts(
  deps: Deps,
  { contents, createdAt }: Pick<Announcement, 'contents' | 'createdAt'>,
): Promise<NonNullable<Letter['digest']>> {
  const told = await deps.db
    .select({
      kind: announcements.kind,
      at: announcements.createdAt,
      incident: incidents,
      update: incidentUpdates,
    })
    .from(announcements)
    .innerJoin(incidents, eq(incidents.id, announcements.incidentId))
    .innerJoin(incidentUpdates, eq(incidentUpdates.id, updateTold))
    .where(
      sql`${announcements.id} IN (SELECT value FROM json_each(${JSON.stringify(contents ?? [])}))`,
    )
    .orderBy(desc(announcements.createdAt), sql`${announcements}.rowid DESC`)
  const byIncident = Map.groupBy(told, ({ incident }) => incident.id)
  return {
    since: Math.min(createdAt - DAY, ...told.map(({ at }) => at)),
    until: createdAt,
    stories: [...byIncident.values()].map((news) => storyFacts(deps, news)),
  }
}

type News = {
  kind: LetterStory['kind']
  incident: typeof incidents.$inferSelect
  update: typeof incidentUpdates.$inferSelect
}

function storyFacts(deps: Deps, news: News[]): LetterStory {
  const { kind, incident, update } = news[0]!
  const said = new Map(news.map(({ update }) => [update.id, updateFacts(update)]))
  return { ...incidentFacts(deps, incident, update), kind, said: [...said.values()] }
}
