import Builder from 'fast-xml-builder'
import { escapeText, prose } from './prose.ts'
import { readFeed } from './data.ts'
import { voiceOf, type Voice } from './voice.ts'
import type { FeedView, IncidentView } from '../api/routes/views.ts'

/** What every feed is written from, in the page's language and time zone. */
export type Story = { incident: IncidentView; html: string; published: string; updated: string }

/** A feed as an answer: `write` gets the page, its incidents and where people and programs find it. */
export async function feedOf(
  locals: App.Locals,
  contentType: string,
  write: (feed: { view: FeedView; voice: Voice; title: string; stories: Story[] }) => string,
): Promise<Response> {
  const view = await readFeed(locals)
  if (!view) return new Response(null, { status: 404 })
  const voice = voiceOf(view.page)
  const stories = view.incidents.map((incident) => storyOf(incident, voice))
  const title = voice.say('feed.title', { page: view.page.name })
  const body = write({ view, voice, title, stories })
  return new Response(body, { headers: { 'content-type': contentType } })
}

function storyOf(incident: IncidentView, voice: Voice): Story {
  const newest = incident.updates[0]?.display_at ?? incident.started_at
  return {
    incident,
    html: htmlOf(incident, voice),
    published: withoutMilliseconds(publishedAt(incident)),
    updated: withoutMilliseconds(newest),
  }
}

/** Planned work is news from the day on which it is planned. */
function publishedAt({ started_at, created_at }: IncidentView): string {
  return created_at < started_at ? created_at : started_at
}

/** Newest first, in the shape that readers of Statuspage's feeds take apart: `<strong>Status</strong> - text`. */
function htmlOf({ updates }: IncidentView, { say, instant }: Voice): string {
  return updates
    .map(({ status, body, display_at }, i) => {
      const repeats = updates[i + 1]?.status === status
      const word = repeats ? say('feed.update') : say(`incident.${status}`)
      const when = `<small>${escapeText(instant(display_at))}</small>`
      return `<p>${when}<br /><strong>${escapeText(word)}</strong> - ${inOneParagraph(body)}</p>`
    })
    .join('')
}

/** Several paragraphs of an update are one in a feed, as readers expect one per update. */
function inOneParagraph(body: string): string {
  return prose(body)
    .trim()
    .replace(/^<p>([\s\S]*)<\/p>$/, '$1')
    .replaceAll(/<\/p>\s*<p>/g, '<br /><br />')
}

/** The moment of the newest word, so that nothing changes while nothing happens. */
export function updatedAt(stories: Story[], otherwise: string): string {
  const [newest] = stories.map(({ updated }) => updated).toSorted((a, b) => (a < b ? 1 : -1))
  return newest ?? withoutMilliseconds(otherwise)
}

function withoutMilliseconds(at: string): string {
  return at.replace(/\.\d+Z$/, 'Z')
}

const builder = new Builder({ ignoreAttributes: false, suppressBooleanAttributes: false })

/** XML 1.0; keys that begin with `@_` are attributes. Characters that XML cannot hold are left out. */
export function xml(tree: object): string {
  const text = builder.build(tree).replaceAll(forbidden, '')
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}`
}

// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
