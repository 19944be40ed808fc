import { sql } from 'drizzle-orm'
import { documents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { inEach, isForPeople } from '../../domain/documents.ts'
import { languageIn } from '../../domain/languages.ts'
import { monthOf } from '../../domain/uptime-months.ts'
import { thePage, type Page } from '../page.ts'

/**
 * Every page for people (https://www.sitemaps.org/protocol.html), in each language with all of its others, as search engines
 * want it (https://developers.google.com/search/docs/specialty/international/localized-versions). Paths need no escapes.
 */
export async function sitemap(deps: Deps): Promise<string> {
  const page = await thePage(deps)
  const paths = await publishedPaths(deps)
  const month = monthOf(deps.clock.now(), page.timeZone)
  const places = paths
    .filter((path) => isForPeople(path) && !isToCome(path, month))
    .flatMap((path) => {
      const others = alternates(deps.publicUrl, page, path)
      return inEach(page.languages, path).map(
        (one) => `<url><loc>${deps.publicUrl}${one}</loc>${others}</url>`,
      )
    })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">${places.join('')}</urlset>`
}

/** In one row: to read thousands of rows takes longer than all the rest. */
async function publishedPaths(deps: Deps): Promise<string[]> {
  const [row] = await deps.db.all<{ paths: string }>(
    sql`SELECT json_group_array(path) AS paths FROM ${documents}`,
  )
  return (JSON.parse(row!.paths) as string[]).toSorted()
}

/** A month in which work is planned has no page before it begins. */
function isToCome(path: string, month: string): boolean {
  return path.startsWith('/history/') && path.slice('/history/'.length) > month
}

/** The same page in its languages; nothing where it speaks only one. */
function alternates(url: string, page: Page, path: string): string {
  if (page.languages.length === 0) return ''
  const link = (language: string, place: string) =>
    `<xhtml:link rel="alternate" hreflang="${language}" href="${url}${place}"/>`
  return [
    ...inEach(page.languages, path).map((place) =>
      link(languageIn(place).locale ?? page.locale, place),
    ),
    link('x-default', path),
  ].join('')
}
