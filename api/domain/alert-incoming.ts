import type { AlertSeverity } from './words.ts'

/** One thing that another system says, in our words. */
export type Incoming = {
  /** Equal when its sender repeats itself. */
  event_id: string
  /** Its sender has no ids of its own: said again after a while it is a reminder, not a repetition. */
  reminds: boolean
  dedupe_key: string
  event_type: string
  severity: AlertSeverity
  state: 'firing' | 'resolved'
  title: string
  detail: string
  labels: Record<string, string>
  url: string | null
  /** Id or key of one of our components. */
  component: string | null
}

const MOST_TITLE = 300
const MOST_DETAIL = 2000
const MOST_LABELS = 40
const MOST_LABEL = 300

/** Cut to what an operator can read, without links that a browser would run. */
export function tidy(said: Incoming): Incoming {
  const labels = Object.entries(said.labels)
    .slice(0, MOST_LABELS)
    .map(([name, value]) => [name.slice(0, MOST_LABEL), value.slice(0, MOST_LABEL)])
  return {
    ...said,
    title: cut(said.title.trim() || said.event_type, MOST_TITLE),
    detail: cut(said.detail.trim(), MOST_DETAIL),
    labels: Object.fromEntries(labels) as Record<string, string>,
    url: said.url !== null && isLink(said.url) ? said.url : null,
  }
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

function isLink(url: string): boolean {
  return url.length <= 2000 && /^https?:$/.test(URL.parse(url)?.protocol ?? '')
}

const grave =
  /^(crit|critical|page|fatal|emerg|emergency|error|high|highest|major|disaster|p[01]|sev-?[01])$/i
const mild =
  /^(info|information|informational|notice|none|debug|low|lowest|ok|minor|p[34]|sev-?[45])$/i

/** Ours for the many words that others have; what nobody knows is a warning. */
export function severityOf(word: string | undefined): AlertSeverity {
  if (word !== undefined && grave.test(word.trim())) return 'critical'
  return word !== undefined && mild.test(word.trim()) ? 'info' : 'warning'
}
