import type { Deps } from '../../api/deps.ts'
import { digestDue } from '../../api/domain/audience.ts'
import { subscribers } from '../../db/schema.ts'
import { eq } from 'drizzle-orm'

export const allClear = {
  issue: 'Checkout was slow.',
  root_cause: 'A full disk.',
  fix: 'A larger disk.',
  impact: '12 minutes.',
  postmortem_url: null,
}

/** What confirming does for those who want a daily digest. */
export async function awaitDigests(deps: Deps): Promise<void> {
  for (const { seq, preferences, timeZone } of await deps.db.select().from(subscribers))
    await deps.db
      .update(subscribers)
      .set({ digestDueAt: digestDue(preferences, timeZone, deps.clock.now()) })
      .where(eq(subscribers.seq, seq))
}
