import type { Deps } from '../../deps.ts'
import { windowOf } from '../../domain/response-times.ts'
import type { Page } from '../page.ts'
import { daysUntil, uptimeIn, type Uptime } from './days.ts'
import { loadIntervals, type History } from './intervals.ts'
import { frozenMonthsOf, monthsBegin, monthsIn, type MonthView } from './months.ts'

/** All that is told of a component's uptime, from one read of its history; null when there is no such component. */
export async function loadUptime(
  deps: Deps,
  page: Page,
  componentId: string,
): Promise<(Uptime & { months: MonthView[]; history: History }) | null> {
  const now = deps.clock.now()
  const days = daysUntil(now, page.timeZone)
  const from = Math.min(monthsBegin(now, page.timeZone), windowOf('365d', now).from)
  const [histories, frozen] = await Promise.all([
    loadIntervals(deps, [componentId], from, page.timeZone),
    frozenMonthsOf(deps, componentId, page),
  ])
  const history = histories.get(componentId)
  if (!history) return null
  return {
    ...uptimeIn(history, days, now),
    months: monthsIn(history, frozen, page, now),
    history,
  }
}
