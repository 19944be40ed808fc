import { colourOf, signOf } from './sign.ts'
import type { ComponentStatus } from './words.ts'

/** What a badge says: whose status it is, and the status in words. */
export type Badge = { label: string; message: string; status: ComponentStatus }

const HEIGHT = 20
const PADDING = 8
const SIGN = 14
const LONGEST = 60

/** A badge as SVG with its text alternative, 20 pixels high. */
export function badgeSvg({ label: asked, message, status }: Badge): string {
  const label = shortened(asked)
  const [left, right] = [widthOf(label), widthOf(message)]
  const split = left + 2 * PADDING
  const width = split + right + SIGN + 2 * PADDING + 4
  const words = escapeXml(`${label}: ${message}`)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="${words}">` +
    `<title>${words}</title>` +
    `<clipPath id="r"><rect width="${width}" height="${HEIGHT}" rx="4"/></clipPath>` +
    `<g clip-path="url(#r)"><path fill="#343a40" d="M0 0h${split}v${HEIGHT}H0z"/>` +
    `<path fill="${colourOf[status]}" d="M${split} 0h${width - split}v${HEIGHT}H${split}z"/></g>` +
    `<path d="${signOf[status]}" transform="translate(${split + PADDING - 2} 3) scale(.875)" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"/>` +
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">` +
    `${text(label, PADDING, left)}${text(message, split + PADDING + SIGN + 2, right)}</g></svg>`
  )
}

/** The same for shields.io (https://shields.io/badges/endpoint-badge), which asks again after five minutes at most. */
export function badgeEndpoint({ label, message, status }: Badge) {
  return {
    schemaVersion: 1,
    label,
    message,
    color: colourOf[status].slice(1),
    isError: status === 'major_outage',
    cacheSeconds: 300,
  }
}

/** `textLength` holds it to the width that was reckoned, whatever font the reader has. */
function text(words: string, x: number, width: number): string {
  return `<text x="${x}" y="14" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escapeXml(words)}</text>`
}

function shortened(text: string): string {
  const letters = Array.from(text.replaceAll(/\s+/g, ' ').trim())
  return letters.length <= LONGEST ? letters.join('') : `${letters.slice(0, LONGEST - 1).join('')}…`
}

/** About as wide as Verdana at 11 pixels; letters of East Asia fill a square. */
function widthOf(text: string): number {
  let width = 0
  for (const letter of text)
    width += wide.test(letter) ? 11 : narrow.test(letter) ? 4 : broad.test(letter) ? 9 : 6.8
  return Math.ceil(width)
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u
const narrow = /[ifjltrI.,:;!'|()[\] ]/
const broad = /[mwMWOQDGHNU@%]/

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]|[^\P{Cc}]/gu, (letter) => entities[letter] ?? '')
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
