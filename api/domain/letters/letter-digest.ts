import { instantPlace, type Letter, type LetterStory } from './letter.ts'
import { speak } from '../message.ts'

/** More would not be read, and must fit into every channel. */
const STORIES = 10

/** The stories of a digest that are told; the page tells the others. */
export function storiesOf({ digest }: Letter): LetterStory[] {
  return digest?.stories.slice(0, STORIES) ?? []
}

export function digestLead({ digest, locale }: Letter): string {
  if (!digest) return ''
  return speak(locale)('mail.digest.lead', {
    n: digest.stories.length,
    since: instantPlace(digest.since),
    until: instantPlace(digest.until),
  })
}

/** How many stories the page tells and the digest does not; empty when it tells all. */
export function leftOut({ digest, locale }: Letter): string {
  const n = (digest?.stories.length ?? 0) - STORIES
  return n > 0 ? speak(locale)('mail.digest.more', { n }) : ''
}
