import type { APIRoute } from 'astro'
import { feedOf, updatedAt, xml } from '../feed.ts'

/** RSS 2.0 (https://www.rssboard.org/rss-specification). */
export const GET: APIRoute = ({ locals }) =>
  feedOf(locals, 'application/rss+xml; charset=utf-8', ({ view, voice, title, stories }) => {
    const { page, created_at } = view
    return xml({
      rss: {
        '@_version': '2.0',
        '@_xmlns:atom': 'http://www.w3.org/2005/Atom',
        channel: {
          title,
          link: page.url,
          description: page.description || title,
          language: voice.locale,
          pubDate: rfc822(updatedAt(stories, created_at)),
          'atom:link': {
            '@_href': new URL('/history.rss', page.url).href,
            '@_rel': 'self',
            '@_type': 'application/rss+xml',
          },
          item: stories.map(({ incident, html, updated }) => ({
            title: incident.name,
            description: html,
            pubDate: rfc822(updated),
            link: incident.url,
            guid: { '@_isPermaLink': 'true', '#text': incident.url },
          })),
        },
      },
    })
  })

function rfc822(at: string): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}
