import { instantPlace, timePlace, type Letter } from '../api/domain/letter.ts'
import { millis, voiceOf, type Voice } from './voice.ts'

type Incident = NonNullable<Letter['incident']>

/** The voice of a letter: times are places, for each receiver reads them in their own zone. */
export function voiceOfLetter({ locale }: Letter): Voice {
  return {
    ...voiceOf({ locale, time_zone: 'Etc/UTC' }),
    instant: (at) => instantPlace(millis(at)),
    clock: (at) => timePlace(millis(at)),
  }
}

export const isMaintenance = ({ kind }: Letter) => kind.startsWith('maintenance')

/** The table at the head of a mail: state, impact, times, then each component's old and new state. */
export function factsOf(letter: Letter, incident: Incident, voice: Voice): [string, string][] {
  const { say } = voice
  const upkeep = isMaintenance(letter)
  const times: [string, number | null][] = [
    [say(upkeep ? 'mail.starts' : 'mail.started'), incident.started_at],
    [say(upkeep ? 'mail.ended' : 'mail.resolved'), incident.resolved_at],
    [say('mail.next_update'), incident.resolved_at === null ? incident.next_update_at : null],
  ]
  return [
    [say('mail.status'), say(`incident.${incident.status}`)],
    [say('mail.impact'), say(`impact.${incident.impact}`)],
    ...times.flatMap(([name, at]) =>
      at === null ? [] : [[name, voice.instant(at)] as [string, string]],
    ),
  ]
}

export function componentsOf(incident: Incident, voice: Voice): [string, string][] {
  const { say } = voice
  return incident.components.map(({ name, old_status, new_status }) => [
    name,
    old_status === new_status
      ? say('mail.unchanged', { status: say(`status.${new_status}`) })
      : `${say(`status.${old_status}`)} → ${say(`status.${new_status}`)}`,
  ])
}

/** What kind of news this is; letters about the subscription itself have their own titles. */
export function titleOf({ kind }: Letter, voice: Voice): string | undefined {
  return kind === 'confirmation' || kind === 'already_subscribed'
    ? undefined
    : voice.say(`mail.kind.${kind}`)
}
