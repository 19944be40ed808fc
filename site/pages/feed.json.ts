import type { APIRoute } from 'astro'
import { feedOf } from '../feed.ts'

/** JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). */
export const GET: APIRoute = ({ locals }) =>
  feedOf(locals, 'application/feed+json; charset=utf-8', ({ view, voice, title, stories }) => {
    const { page } = view
    return JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title,
      home_page_url: page.url,
      feed_url: new URL('/feed.json', page.url).href,
      ...(page.description ? { description: page.description } : {}),
      language: voice.locale,
      authors: [{ name: page.name, url: page.url }],
      items: stories.map(({ incident, html, published, updated }) => ({
        id: incident.url,
        url: incident.url,
        title: incident.name,
        content_html: html,
        summary: `${voice.say(`incident.${incident.status}`)} · ${voice.say(`impact.${incident.impact}`)}`,
        date_published: published,
        date_modified: updated,
        tags: incident.components.map(({ name }) => name),
      })),
    })
  })
