import { natures } from './announcement.ts'
import type { AnnouncementKind, DeliveryState } from './words.ts'

/** What an operator may have sent again: whoever is in one of these states heard nothing, as far as anybody knows. */
export const replayStates = [
  'dead',
  'expired',
  'unknown',
  'failed',
  'undelivered',
  'bounced',
  'suppressed',
] as const satisfies readonly DeliveryState[]
export type ReplayState = (typeof replayStates)[number]

/** What is sent again when no state is named: certainly not told, and not for a fault of the address. */
export const replayedUnasked: readonly ReplayState[] = ['dead', 'expired']

/** Why somebody is not told again. */
export const leftReasons = ['perhaps_told', 'superseded', 'gone', 'suppressed'] as const
export type LeftReason = (typeof leftReasons)[number]

type Told = {
  kind: AnnouncementKind
  isStopped: boolean
  isForgotten: boolean
  /** What it says became untrue. */
  isOutdated: boolean
  /** Its incident is resolved, or its maintenance completed. */
  isOver: boolean
}

/** Why nobody at all is told an announcement again, in a sentence; null when they may be. */
export function replayRefusal(told: Told): string | null {
  const { kind, isStopped, isForgotten, isOutdated, isOver } = told
  if (kind === 'confirmation' || kind === 'already_subscribed')
    return 'It is about one subscription: ask again on the page of its subscriber.'
  if (isForgotten) return 'It is so old that nobody knows any more who was told.'
  if (isStopped) return 'It was stopped. Post an update to tell everybody how things stand.'
  if (isOutdated)
    return 'It is true no more, so nobody is told it again. Where newer words were told, send those again instead.'
  if (isOver && natures[kind].phase !== 'end')
    return 'It is over, and these words are stale. Look at the all-clear, and send that again to whoever missed it.'
  return null
}

/** Said when newer words replaced it for everybody who missed it. */
export const staleForAll =
  'A newer update has replaced it for everybody who missed it. Send that one again instead.'
