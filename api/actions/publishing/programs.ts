import type { Deps } from '../../deps.ts'
import { badgeEndpoint, badgeSvg, type Badge } from '../../domain/badge.ts'
import { speak } from '../../domain/message.ts'
import { dotOf } from '../../domain/sign.ts'
import { statusOfIndicator } from '../../domain/status.ts'
import { readCalendar } from '../maintenances/calendar.ts'
import { readFigures } from '../uptime/documents.ts'
import { sitemap } from './sitemap.ts'
import { sharedFacts, statuspageReader, type Facts } from './statuspage.ts'

/** A document for programs as it is published. */
type ProgramDocument = { content_type: string; body: string }

/** Reads a document for programs, or null when the path is none of them. */
export type ProgramReader = (path: string) => Promise<ProgramDocument | null>

const readers: Record<string, (facts: Facts, deps: Deps) => ProgramDocument> = {
  '/badge.svg': (facts) => svg(badgeSvg(pageBadge(facts))),
  '/badge.json': (facts) => json(badgeEndpoint(pageBadge(facts))),
  '/favicon.svg': ({ status }) => svg(dotOf(statusOfIndicator[status.indicator])),
  '/widget.json': (facts, deps) => json(widgetOf(facts, deps.publicUrl)),
  '/robots.txt': (_facts, deps) => text(robots(deps.publicUrl)),
}

export function programReader(deps: Deps): ProgramReader {
  const facts = sharedFacts(deps)
  const statuspage = statuspageReader(deps, facts)
  return async (path) => {
    const read = readers[path]
    if (read) return read(await facts(), deps)
    if (path === '/sitemap.xml') return xml(await sitemap(deps))
    const badge = /^\/components\/([a-z0-9]{12})\/badge\.(svg|json)$/.exec(path)
    if (badge) return componentBadge(await facts(), badge[1]!, badge[2]!)
    if (path.endsWith('.ics')) return calendar(await readCalendar(deps, path))
    const body = (await readFigures(deps, path)) ?? (await statuspage(path))
    return body && json(body)
  }
}

function pageBadge({ page, overall, status }: Facts): Badge {
  return {
    label: page.name,
    message: speak(page.locale)(overall.description),
    status: statusOfIndicator[status.indicator],
  }
}

function componentBadge({ page, rows }: Facts, id: string, form: string): ProgramDocument | null {
  const component = rows.find((row) => row.id === id)
  if (!component) return null
  const { name: label, status } = component
  const badge = { label, message: speak(page.locale)(`status.${status}`), status }
  return form === 'svg' ? svg(badgeSvg(badge)) : json(badgeEndpoint(badge))
}

/** What the widget of other sites shows. */
function widgetOf({ page, overall, status }: Facts, url: string) {
  return {
    name: page.name,
    locale: page.locale,
    url: `${url}/`,
    status: statusOfIndicator[status.indicator],
    description: speak(page.locale)(overall.description),
  }
}

/** Everything that is published may be found; what belongs to one reader or to operators may not. */
function robots(url: string): string {
  const closed = ['/operator', '/api/', '/subscriptions/', '/unsubscribe', '/hooks/', '/sandbox']
  return [
    'User-agent: *',
    'Allow: /api/docs',
    ...closed.map((path) => `Disallow: ${path}`),
    `Sitemap: ${url}/sitemap.xml`,
    '',
  ].join('\n')
}

function json(value: object): ProgramDocument {
  return { content_type: 'application/json; charset=utf-8', body: JSON.stringify(value) }
}

function svg(body: string): ProgramDocument {
  return { content_type: 'image/svg+xml; charset=utf-8', body }
}

function calendar(body: string | null): ProgramDocument | null {
  return body === null ? null : { content_type: 'text/calendar; charset=utf-8', body }
}

function xml(body: string): ProgramDocument {
  return { content_type: 'application/xml; charset=utf-8', body }
}

function text(body: string): ProgramDocument {
  return { content_type: 'text/plain; charset=utf-8', body }
}
