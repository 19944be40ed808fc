import { cutAtWord } from '../api/domain/letters/letter-cut.ts'
import { instantPlace, timePlace, type Letter } from '../api/domain/letters/letter.ts'
import { prose } from './prose.ts'
import { millis, voiceOf, type Voice } from './voice.ts'

/** The voice of a letter: times are places, for each receiver reads them in their own zone. */
export function voiceOfLetter({ locale }: Letter): Voice {
  return {
    ...voiceOf({ locale, time_zone: 'Etc/UTC' }),
    instant: (at) => instantPlace(millis(at)),
    clock: (at) => timePlace(millis(at)),
  }
}

/** Gmail clips what is longer than 102 KB, and the way to unsubscribe would be clipped. */
const PROSE_BYTES = 48_000
const encoder = new TextEncoder()
const lengths = [12_000, 6000, 3000, 1200, 400]

/** As much of a Markdown text as a mail has room for, one of `shares` in it; markup may be much longer than the text. */
export function proseInMail(text: string, shares = 1): { html: string; isWhole: boolean } {
  const max = PROSE_BYTES / shares
  for (const length of lengths) {
    if (length > max) continue
    const html = prose(cutAtWord(text, length))
    if (encoder.encode(html).length <= max) return { html, isWhole: text.length <= length }
  }
  return { html: '', isWhole: text === '' }
}
