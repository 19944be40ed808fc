import type { Deps } from '../deps.ts'
import { expandAnnouncements } from './telling/announcements.ts'
import { publishDue } from './publishing/publish.ts'
import { sendDue } from './sending/sending.ts'

/** Publishes and tells right after a change. A courtesy: the heartbeat alone would do it too. */
export function nudge(deps: Deps): void {
  deps.defer(async (stopped) => {
    try {
      await publishDue(deps)
      await expandAnnouncements(deps, stopped)
      await sendDue(deps, stopped)
    } catch (error) {
      deps.log.warn('nudge failed; the heartbeat follows', { error })
    }
  })
}
