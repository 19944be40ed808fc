import { MINUTE } from '../api/domain/time.ts'
import { announcementKinds } from '../api/domain/words.ts'
import type { ChannelProgress, ProgressView, Trouble } from '../api/routes/telling-views.ts'
import type { Voice } from './voice.ts'

/** What became of people, from the best to the worst; those of a channel add up to its total. */
const parts = ['delivered', 'reached', 'failed', 'unknown', 'waiting', 'held', 'left_out'] as const
type Part = (typeof parts)[number]

const stateParts: Record<string, Part> = {
  delivered: 'delivered',
  complained: 'delivered',
  accepted: 'reached',
  delayed: 'reached',
  bounced: 'failed',
  undelivered: 'failed',
  failed: 'failed',
  suppressed: 'failed',
  dead: 'failed',
  expired: 'failed',
  unknown: 'unknown',
  pending: 'waiting',
  sending: 'waiting',
  held: 'held',
  skipped: 'left_out',
  superseded: 'left_out',
}

export function partsOf({ states }: Pick<ProgressView, 'states'>): Record<Part, number> {
  const counts = Object.fromEntries(parts.map((part) => [part, 0])) as Record<Part, number>
  for (const [state, count] of Object.entries(states))
    counts[stateParts[state] ?? 'waiting'] += count
  return counts
}

/** How far a channel is, as shares of its bar, of whoever is to be told. */
export function barOf(channel: ChannelProgress) {
  const counts = partsOf(channel)
  const whole = Math.max(1, channel.total - counts.left_out)
  let at = 0
  return (['delivered', 'reached', 'unknown', 'failed'] as const).flatMap((part) => {
    const share = (100 * counts[part]) / whole
    const from = at
    at += share
    return share > 0 ? [{ part, from, share }] : []
  })
}

/** Such as `8,340 of 10,000 told`, with how fast it goes and how long it takes while it is under way. */
export function sayChannel(channel: ChannelProgress, voice: Voice): string {
  const { say, number } = voice
  const { delivered, reached, left_out, waiting } = partsOf(channel)
  const told = say('console.telling.channel', {
    told: number(delivered + reached),
    of: number(channel.total - left_out),
  })
  const underWay =
    waiting > 0 ? [sayRate(channel, voice), sayLeft(channel.remaining_ms, voice)] : []
  return [told, ...underWay.filter((words) => words !== null)].join(' · ')
}

function sayRate({ per_second }: ChannelProgress, { say, number }: Voice): string | null {
  if (per_second === null) return null
  return per_second >= 1
    ? say('console.telling.rate', { rate: number(Math.round(per_second * 10) / 10) })
    : say('console.telling.rate.minute', { rate: number(Math.ceil(per_second * 60)) })
}

function sayLeft(ms: number | null, { say, duration }: Voice): string {
  if (ms === null) return say('console.telling.unknown_time')
  return ms < MINUTE
    ? say('console.telling.left.soon')
    : say('console.telling.left', { duration: duration(ms / 1000) })
}

/** How long all channels of a telling take from now, where it is worth saying. */
export function sayRemaining({ channels, done, stopped_at }: ProgressView, voice: Voice) {
  const longest = Math.max(0, ...channels.map(({ remaining_ms }) => remaining_ms ?? 0))
  if (done || stopped_at !== null || longest < MINUTE) return null
  return voice.say('console.telling.left.alone', { duration: voice.duration(longest / 1000) })
}

/** What a telling is called. */
export function nameOfKind(kind: string, { say }: Voice): string {
  const known = announcementKinds.find((candidate) => candidate === kind)
  return known ? say(`mail.kind.${known}`) : kind
}

/** The list of those whom a trouble befell. */
export function troubleUrl(id: string, { channel, state, code }: Trouble): string {
  return `${tellingUrl(id)}?${new URLSearchParams({ channel, state, code: code ?? '' })}#people`
}

export function tellingUrl(id: string): string {
  return `/operator/announcements/${encodeURIComponent(id)}`
}

/** Names a trouble among the others of its page. */
export function troubleId({ channel, state, code }: Trouble): string {
  return `trouble-${channel}-${state}-${(code ?? '').replace(/\W/g, '-')}`
}
