import type { Deps } from '../../deps.ts'
import { cutAtPlaces, type Cut } from '../../domain/letters/letter.ts'
import type { AnnouncementKind, Channel } from '../../domain/words.ts'
import { renderingOf, type Rendering } from './letters.ts'

/** The words of an announcement for all who share a channel, a language and a zone. */
export type Wording = { subject: string; html: Cut; text: Cut }

type Readers = { channel: Channel; locale: string; timeZone: string }
type Kept = { renderings: Map<string, Promise<Rendering>>; wordings: Map<string, Promise<Wording>> }

const kept = new WeakMap<Deps, Kept>()
/** In 400 zones an announcement is cut 400 times: about 10 MB. */
const MOST_KEPT = 500

/** Frozen words never change: they are read and cut once for all batches, but for letters to one person alone. */
export function wordingOf(
  deps: Deps,
  announcement: { id: string; kind: AnnouncementKind },
  { channel, locale, timeZone }: Readers,
): Promise<Wording> {
  const { id, kind } = announcement
  const cut = async (rendering: Promise<Rendering>): Promise<Wording> => {
    const { subject, html, text } = await rendering
    const reader = { locale, time_zone: timeZone }
    return { subject, html: cutAtPlaces(html, reader), text: cutAtPlaces(text, reader) }
  }
  const render = () => renderingOf(deps, id, channel, locale)
  if (kind === 'confirmation' || kind === 'already_subscribed') return cut(render())
  const mine = kept.get(deps) ?? { renderings: new Map(), wordings: new Map() }
  kept.set(deps, mine)
  const key = `${id} ${channel} ${locale}`
  return remembered(mine.wordings, `${key} ${timeZone}`, () =>
    cut(remembered(mine.renderings, key, render)),
  )
}

/** What fails is tried again by whoever asks next; the oldest gives way. */
function remembered<T>(
  memory: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const known = memory.get(key)
  if (known) return known
  const made = make()
  memory.set(key, made)
  made.catch(() => memory.delete(key))
  if (memory.size > MOST_KEPT) memory.delete(memory.keys().next().value!)
  return made
}
