import type { AudienceView } from '../api/routes/audience.ts'

/** Says on the button of an open form whom it reaches as the choices stand; without an answer it says what it said. */
export function showAudiences(fetch: typeof globalThis.fetch) {
  const asked = new WeakMap<Element, string>()

  async function ask(form: HTMLFormElement | null | undefined, again = false) {
    const send = form?.querySelector<HTMLElement>('.send[data-about]')
    if (!form || !send) return
    const question = JSON.stringify(questionOf(form, send))
    if (asked.get(send) === question && !again) return
    asked.set(send, question)
    const audience = await answerTo(question)
    if (asked.get(send) === question) say(send, audience)
  }

  async function answerTo(question: string): Promise<AudienceView | null> {
    const { incident_id, components } = JSON.parse(question)
    if (incident_id === null && components.length === 0) return null
    try {
      const answer = await fetch('/api/admin/audience', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: question,
        signal: AbortSignal.timeout(5_000),
      })
      return answer.ok ? await answer.json() : null
    } catch {
      return null
    }
  }

  for (const form of document.querySelectorAll<HTMLFormElement>(':is(.action[open], .asking) form'))
    ask(form)
  document.addEventListener('toggle', ({ target }) => ask(formIn(target), true), true)
  document.addEventListener('change', ({ target }) => ask(formIn(target)))
}

function formIn(target: EventTarget | null) {
  return (target as Element).closest('.action[open], .asking')?.querySelector('form')
}

/** What the form would publish, in the words of the API. */
function questionOf(form: HTMLFormElement, send: HTMLElement) {
  const chosen = (name: string) =>
    form.querySelector<HTMLSelectElement>(`select[name="${name}"]`)?.value || null
  const components = [...form.querySelectorAll<HTMLSelectElement>('select[name^="component:"]')]
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => ({ id: name.slice('component:'.length), status: value }))
  for (const { name } of form.querySelectorAll<HTMLInputElement>('[name^="component:"]:checked'))
    components.push({ id: name.slice('component:'.length), status: 'under_maintenance' })
  const written = (...names: string[]) =>
    names
      .map((name) => form.querySelector<HTMLTextAreaElement>(`.text[name="${name}"]`)?.value ?? '')
      .join(' ')
      .trim()
  return {
    ...JSON.parse(send.dataset.about!),
    components,
    severity: chosen('severity'),
    impact: chosen('impact'),
    name: written('name'),
    // Of an all-clear this is what an SMS says.
    body: written('body', 'issue', 'fix'),
  }
}

function say(send: HTMLElement, audience: AudienceView | null) {
  const words: Record<string, string> = JSON.parse(send.dataset.words!)
  const button = send.querySelector('[name=notify][value=on]')!
  const hint = send.querySelector<HTMLElement>('.later')!
  const channels = Object.entries(audience?.channels ?? {})
  const sum = (part: 'held' | 'digest') =>
    channels.reduce((all, [, counts]) => all + counts[part], 0)
  const [held, digest] = [sum('held'), sum('digest')]
  const now = Object.fromEntries(channels.map(([channel, { at_once }]) => [channel, at_once]))
  const told = listed({ ...now, later: held + digest }, words)
  const tell = told ? words.tell!.replace('{people}', told) : words.none!
  button.textContent = audience === null ? words.unknown! : tell
  sayTime(send, words, channels)
  const later = listed({ held, digest }, words)
  hint.hidden = later === ''
  hint.textContent = later && words.who!.replace('{people}', later)
}

/** Such as `10,000 by SMS · about 2 hr 47 min`, where that is worth knowing before the button is pressed. */
function sayTime(
  send: HTMLElement,
  words: Record<string, string>,
  channels: [string, AudienceView['channels'][string]][],
) {
  const takes = channels.flatMap(([channel, { at_once, remaining_ms }]) => {
    if (remaining_ms === null || remaining_ms < 60_000) return []
    const people = listed({ [channel]: at_once }, words)
    const time = duration(Math.round(remaining_ms / 60_000))
    return [words.takes_channel!.replace('{people}', people).replace('{time}', time)]
  })
  const line = send.querySelector<HTMLElement>('.takes')!
  const said = takes.join('; ')
  line.hidden = said === ''
  line.textContent = said && words.takes!.replace('{people}', said)
}

/** Such as `2 by mail, 1 by SMS`. */
function listed(counts: Record<string, number>, words: Record<string, string>): string {
  const language = document.documentElement.lang
  const number = new Intl.NumberFormat(language)
  return new Intl.ListFormat(language, { type: 'unit', style: 'short' }).format(
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([word, count]) => words[word]!.replace('{count}', number.format(count))),
  )
}

/** Such as `2 hr 47 min`; written anew, since a module shared with another script would be one request more. */
function duration(minutes: number): string {
  const parts = [
    ['hour', Math.floor(minutes / 60)],
    ['minute', minutes % 60],
  ] as const
  return parts
    .filter(([, count]) => count > 0)
    .map(([unit, count]) =>
      new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit }).format(count),
    )
    .join(' ')
}
