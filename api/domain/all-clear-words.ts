import type { AllClearFacts, Proposal } from './all-clear.ts'
import { formatDuration } from './duration.ts'
import { speak } from './message.ts'
import { asItStands, fill } from './template.ts'
import { dayOf, formatInstant, formatTime } from './time.ts'

type Numbers = Pick<Proposal, 'began' | 'ended' | 'checks' | 'failed'>

/** What an operator finds in the form: only what the probes know, so nothing of the cause. */
export function allClearText(facts: AllClearFacts, numbers: Numbers): Proposal['text'] {
  const say = speak(facts.page.locale)
  const values = { ...saidOf(facts, numbers), failed: numbers.failed, checks: numbers.checks }
  return {
    issue: asItStands(facts.incident.name),
    root_cause: '',
    fix: closingWords(facts, numbers)?.body ?? say('watched.fix', values),
    impact: say(numbers.checks > 0 ? 'watched.impact' : 'watched.impact.unchecked', values),
  }
}

/** The last update of what nobody but a probe spoke of. */
export function allClearBody(facts: AllClearFacts, numbers: Numbers): string {
  const say = speak(facts.page.locale)
  return closingWords(facts, numbers)?.body ?? say('watched.body', saidOf(facts, numbers))
}

function saidOf(facts: AllClearFacts, { began, ended }: Numbers) {
  const { locale } = facts.page
  return {
    components: asItStands(named(facts)),
    start: momentOf(facts, began, ended),
    end: momentOf(facts, ended, began),
    duration: formatDuration(ended - began, locale),
    watched: formatDuration(facts.opener!.watchMs, locale),
  }
}

function closingWords(facts: AllClearFacts, { began, ended }: Numbers) {
  const { page, incident, components, opener } = facts
  if (!opener?.closing) return null
  return fill(opener.closing, {
    component: components[0]?.name ?? '',
    components: named(facts),
    time: momentOf(facts, began, ended),
    impact: speak(page.locale)(`impact.${incident.impact}`),
    duration: formatDuration(ended - began, page.locale),
    page: page.name,
    reason: '',
  })
}

function named({ page, components }: AllClearFacts): string {
  const names = components.map(({ name }) => name)
  return new Intl.ListFormat(page.locale, { type: 'conjunction' }).format(names)
}

/** The time alone where both are on the same day. */
function momentOf({ page }: AllClearFacts, at: number, other: number): string {
  const { locale, timeZone } = page
  const isSameDay = dayOf(at, timeZone) === dayOf(other, timeZone)
  return (isSameDay ? formatTime : formatInstant)(at, locale, timeZone)
}
