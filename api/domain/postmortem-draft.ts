import type { AllClear } from './incident.ts'
import { speak } from './message.ts'
import { GAP, noSummary, type PostmortemSummary } from './postmortem.ts'
import { dayOf, formatInstant, formatTime } from './time.ts'
import type { UpdateStatus } from './words.ts'

export type DraftFacts = {
  page: { locale: string; timeZone: string }
  /** Oldest first. */
  updates: { status: UpdateStatus; body: string; displayAt: number }[]
  allClear: AllClear | null
}

/** So much of an update goes into the timeline of a post-mortem. */
const LINE = 200

/** What an operator begins with: all that was said already, and gaps where only people know. */
export function proposedPostmortem(facts: DraftFacts): {
  body: string
  summary: PostmortemSummary
} {
  const { allClear } = facts
  const say = speak(facts.page.locale)
  const parts = [
    ['postmortem.what_happened', allClear?.issue ?? GAP],
    ['postmortem.timeline', timelineOf(facts)],
    ['postmortem.root_cause', allClear?.root_cause ?? GAP],
    ['postmortem.fix', allClear?.fix ?? GAP],
    ['postmortem.prevention', GAP],
  ] as const
  return {
    body: parts.map(([heading, text]) => `## ${say(heading)}\n\n${text}`).join('\n\n'),
    summary: {
      ...noSummary,
      what_happened: allClear?.issue ?? null,
      root_cause: allClear?.root_cause ?? null,
      affected: allClear?.impact ?? null,
    },
  }
}

function timelineOf({ page, updates, allClear }: DraftFacts): string {
  const say = speak(page.locale)
  let day = ''
  return updates
    .map(({ status, body, displayAt }) => {
      const date = dayOf(displayAt, page.timeZone)
      const time = (date === day ? formatTime : formatInstant)(
        displayAt,
        page.locale,
        page.timeZone,
      )
      day = date
      const said = status === 'resolved' && allClear ? allClear.fix : body
      return `- **${time}** ${say(`incident.${status}`)}: ${firstLine(said)}`
    })
    .join('\n')
}

function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n')
  const words = line.replace(/^[#>*+\-\s]+/, '').trim()
  return words.length > LINE ? `${words.slice(0, LINE - 1).trimEnd()}…` : words
}
