import type { Deps } from '../deps.ts'
import { publishDue } from './publishing/publish.ts'
import { tell } from './telling/telling.ts'

/** Publishes and tells right after a change. A courtesy: the heartbeat alone would do it too. */
export function nudge(deps: Deps): void {
  deps.defer(async (stopped) => {
    try {
      await publishDue(deps)
      await tell(deps, 'expand', stopped)
      await tell(deps, 'send', stopped)
    } catch (error) {
      deps.log.warn('nudge failed; the heartbeat follows', { error })
    }
  })
}
