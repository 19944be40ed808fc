import { inLanguage, languageIn } from './languages.ts'
import { addMonths, HOUR, MINUTE } from './time.ts'
import { monthOf } from './uptime-months.ts'
import { componentStatuses } from './words.ts'

/** What people and programs ask for first. */
export const foremost = ['/', '/api/v2/summary.json']

/** Documents that show the present state of the page. */
export const present = [
  ...foremost,
  '/api/v2/status.json',
  '/api/v2/components.json',
  '/badge.svg',
  '/badge.json',
  '/favicon.svg',
  '/widget.json',
]

/** What social networks show beside a link, for each state that a page can be about. */
export const cards = [...componentStatuses, 'page'].map((name) => `/og/${name}.png`)

/** Documents that list incidents. */
const lists = [
  '/api/v2/incidents.json',
  '/api/v2/incidents/unresolved.json',
  '/history.atom',
  '/history.rss',
  '/feed.json',
]

/** Documents that list maintenances. */
const maintenanceLists = [
  '/api/v2/scheduled-maintenances.json',
  '/api/v2/scheduled-maintenances/upcoming.json',
  '/api/v2/scheduled-maintenances/active.json',
]

/** Pages that a person reads, and a search engine may find; told by the path without a language. */
export function isForPeople(path: string): boolean {
  return /^\/(subscribe|components\/[^/.]+|incidents\/[^/.]+|history(\/[^/.]+)?)?$/.test(path)
}

/** What is published once in each language of the page; documents for programs are not. */
function isSpoken(path: string): boolean {
  return isForPeople(path) || path === '/404'
}

/** What of these is published in other languages too. */
export function spokenAmong(paths: string[]): string[] {
  return paths.filter(isSpoken)
}

/** Where a document lies: a page once more in each of these languages. */
export function inEach(languages: string[], path: string): string[] {
  const others = isSpoken(path) ? languages.map((language) => inLanguage(language, path)) : []
  return [path, ...others]
}

/** Whether a page with these further languages has anything at such a path. */
export function isPublishedIn(languages: string[], path: string): boolean {
  const { locale, bare } = languageIn(path)
  return locale === null || (languages.includes(locale) && isSpoken(bare))
}

/** What shows the uptime of a component. */
export function documentsOfUptime(componentId: string): string[] {
  return [`/components/${componentId}`, `/components/${componentId}/uptime.json`]
}

/** The page of a component and its figures for programs. */
export function documentsOfComponent(componentId: string): string[] {
  return [...documentsOfUptime(componentId), `/components/${componentId}/response-times.json`]
}

/** What takes long enough to be made alone, lest everything else waits for many of them. */
export function isLaborious(path: string): boolean {
  const { bare } = languageIn(path)
  return (
    isHomeElsewhere(path) ||
    /^\/(components\/[^/]+(\/response-times\.json)?|history(\/[^/.]+)?)$/.test(bare)
  )
}

/** The front page in a language other than the page's own. */
export function isHomeElsewhere(path: string): boolean {
  const { locale, bare } = languageIn(path)
  return locale !== null && bare === '/'
}

/** How old each document of a component may grow while nothing happens: response times move with every check. */
export function refreshedEvery(path: string, isMeasured: boolean): number {
  return isMeasured && isLaborious(path) ? 5 * MINUTE : HOUR
}

/** What a changed component status touches, down to the incidents that show it. */
export function touchedByComponents(componentIds: string[], incidentIds: string[]): string[] {
  return [
    ...present,
    ...lists,
    ...maintenanceLists,
    ...componentIds.flatMap((id) => [
      ...documentsOfComponent(id),
      `/components/${id}/badge.svg`,
      `/components/${id}/badge.json`,
    ]),
    ...incidentIds.map((id) => `/incidents/${id}`),
  ]
}

/** What changed names, descriptions or places of components and groups touch, down to the incidents that name them. */
export function touchedByCatalog(componentIds: string[], incidentIds: string[]): string[] {
  return [
    ...touchedByComponents(componentIds, incidentIds),
    '/maintenance.ics',
    '/subscribe',
    '/sitemap.xml',
  ]
}

/** What tells of what began at a moment: its month, its year, and the year under way. */
function historyOf(at: number, timeZone: string): string[] {
  const month = monthOf(at, timeZone)
  return [`/history/${month}`, `/history/${month.slice(0, 4)}`, '/history']
}

/** What a changed incident or maintenance touches. */
export function touchedByIncident(
  incident: { id: string; started_at: number },
  componentIds: string[],
  timeZone: string,
): string[] {
  return [
    ...touchedByComponents(componentIds, [incident.id]),
    ...historyOf(incident.started_at, timeZone),
    '/sitemap.xml',
  ]
}

/** What a changed maintenance touches, with the months in which it stands and stood. */
export function touchedByMaintenance(
  maintenance: { id: string; moments: (number | undefined)[] },
  componentIds: string[],
  timeZone: string,
): string[] {
  return [
    ...touchedByComponents(componentIds, [maintenance.id]),
    ...maintenance.moments
      .filter((at) => at !== undefined)
      .flatMap((at) => historyOf(at, timeZone)),
    ...calendarsOf([maintenance.id]),
    '/sitemap.xml',
  ]
}

/** The calendar of all maintenances, and the event of each. */
function calendarsOf(maintenanceIds: string[]): string[] {
  return ['/maintenance.ics', ...maintenanceIds.map((id) => `/incidents/${id}/event.ics`)]
}

/** Every document of a page: all components, all public incidents, and each month from the first to the present. */
export function allDocuments(facts: {
  componentIds: string[]
  incidentIds: string[]
  /** Of these, the maintenances. */
  maintenanceIds?: string[]
  firstMonth: string
  thisMonth: string
}): string[] {
  const months: string[] = []
  for (let month = facts.firstMonth; month <= facts.thisMonth; month = addMonths(month, 1))
    months.push(month)
  const years = [...new Set(months.map((month) => month.slice(0, 4)))]
  return [
    ...touchedByComponents(facts.componentIds, facts.incidentIds),
    ...calendarsOf(facts.maintenanceIds ?? []),
    '/history',
    ...[...years, ...months].map((period) => `/history/${period}`),
    '/subscribe',
    '/404',
    '/api/docs',
    '/widget.js',
    '/robots.txt',
    ...cards,
    '/sitemap.xml',
  ]
}
