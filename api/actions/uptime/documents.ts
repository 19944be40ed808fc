import { eq } from 'drizzle-orm'
import { components } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { iso, thePage } from '../page.ts'
import { loadUptime } from './component-uptime.ts'
import { loadResponseTimes } from './response-times.ts'

/** The figures of a component for programs, published like its page; null when the path is none of them. */
export async function readFigures(deps: Deps, path: string): Promise<object | null> {
  const [, id, figures] =
    /^\/components\/([a-z0-9]{12})\/(uptime|response-times)\.json$/.exec(path) ?? []
  if (!id || !figures) return null
  const page = await thePage(deps)
  const component = await deps.db.query.components.findFirst({
    where: eq(components.id, id),
    columns: { id: true, key: true, name: true },
  })
  const found = component && (await loadUptime(deps, page, id))
  if (!found) return null
  const { days, uptime, months, history } = found
  const head = { component, generated_at: iso(deps.clock.now()) }
  if (figures === 'response-times')
    return { ...head, probes: await loadResponseTimes(deps, id, history) }
  return { ...head, time_zone: page.timeZone, target: page.uptimeTarget, uptime, days, months }
}
