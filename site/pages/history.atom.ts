import type { APIRoute } from 'astro'
import { feedOf, updatedAt, xml } from '../feed.ts'

/** Atom (RFC 4287), with the ids of Statuspage's feed. */
export const GET: APIRoute = ({ locals }) =>
  feedOf(locals, 'application/atom+xml; charset=utf-8', ({ view, voice, title, stories }) => {
    const { page, created_at } = view
    const { hostname } = new URL(page.url)
    return xml({
      feed: {
        '@_xml:lang': voice.locale,
        '@_xmlns': 'http://www.w3.org/2005/Atom',
        id: `tag:${hostname},2005:/history`,
        link: [
          { '@_rel': 'alternate', '@_type': 'text/html', '@_href': page.url },
          {
            '@_rel': 'self',
            '@_type': 'application/atom+xml',
            '@_href': new URL('/history.atom', page.url).href,
          },
        ],
        title,
        updated: updatedAt(stories, created_at),
        author: { name: page.name },
        entry: stories.map(({ incident, html, published, updated }) => ({
          id: `tag:${hostname},2005:Incident/${incident.id}`,
          published,
          updated,
          link: { '@_rel': 'alternate', '@_type': 'text/html', '@_href': incident.url },
          title: incident.name,
          content: { '@_type': 'html', '#text': html },
        })),
      },
    })
  })
