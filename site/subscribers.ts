import type { Channel, SubscriberState } from '../api/domain/words.ts'
import type { SubscriberListView, SubscriberView } from '../api/routes/subscriber-views.ts'
import type { SubscribePageView } from '../api/routes/subscription-views.ts'
import type { Voice } from './voice.ts'

/** States that are counted and can be asked for. */
export const countedStates = ['active', 'pending', 'unsubscribed', 'erased'] as const

type Row = { channel: Channel; counts: Record<SubscriberState, number> }

/** How many there are of each channel and state, for the channels that anybody uses. */
export function countRows({ counts }: SubscriberListView): Row[] {
  const byChannel = Map.groupBy(counts, ({ channel }) => channel)
  return [...byChannel].map(([channel, rows]) => {
    const of = (state: SubscriberState) => rows.find((row) => row.state === state)?.count ?? 0
    const states = countedStates.map((state) => [state, of(state)])
    return { channel, counts: Object.fromEntries(states) as Row['counts'] }
  })
}

/** The address of a list, with some of its filters changed. */
export function listUrl(asked: URLSearchParams, changes: Record<string, string>): string {
  const next = new URLSearchParams(asked)
  next.delete('page')
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') next.delete(name)
    else next.set(name, value)
  }
  return `/operator/subscribers${next.size > 0 ? `?${next}` : ''}`
}

/** Why nothing is sent, if so, in a sentence. */
export function saySilence(
  { suppressed, suppressed_at }: SubscriberView,
  { say, instant }: Voice,
): string | null {
  if (suppressed === null) return null
  const reason = say(`console.subscribers.reason.${suppressed}`)
  return say('console.subscribers.silent', { reason, time: instant(suppressed_at!) })
}

/** Names of what somebody wants to hear of; no names means everything. */
export function chosenNames(
  { components, groups }: Pick<SubscriberView, 'components' | 'groups'>,
  choices: SubscribePageView['groups'],
  { say }: Voice,
): string[] {
  const named = new Map(
    choices.flatMap((group) => group.components.map(({ id, name }) => [id, name] as const)),
  )
  const gone = say('console.subscribers.gone')
  const nameOf = (id: string) => choices.find((group) => group.id === id)?.name ?? null
  return [
    ...groups.map((id) => {
      const group = nameOf(id)
      return group === null ? gone : say('console.subscribers.group', { group })
    }),
    ...components.map((id) => named.get(id) ?? gone),
  ]
}
