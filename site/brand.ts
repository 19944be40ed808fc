import type { PageView } from '../api/routes/views.ts'

type Brand = PageView['brand']

/** As tall as a line of the header, in CSS pixels, and no wider than a phone leaves room for. */
const tallest = 32
const widest = 200

/** A logo as the page carries it: text where it can be, which compresses. */
export function logoOf({ logo }: Brand) {
  if (!logo) return null
  const { type, base64, width, height } = logo
  // A PNG is not blown up.
  const scale = Math.min(tallest / height, widest / width, type === 'image/png' ? 1 : Infinity)
  return {
    src: type === 'image/png' ? `data:${type};base64,${base64}` : `data:${type},${escaped(base64)}`,
    width: Math.round(width * scale),
    height: Math.round(height * scale),
    /** A mark that is wide is a word: it is the name. */
    isWord: width >= 2 * height,
  }
}

function escaped(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  return new TextDecoder()
    .decode(bytes)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('"', "'")
    .replaceAll(/[%#<>[\]{}|^`\\]/g, (letter) => encodeURIComponent(letter))
}

/** What is added to our style, and its hash for the page's policy; null where nothing is. */
export async function styleOf({ accent, accent_dark, css }: Brand) {
  const style = [inScheme('light', accent), inScheme('dark', accent_dark), css ?? ''].join('')
  if (!style) return null
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
  return { style, hash: `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}` as const }
}

/** On screens only: print stays ink. */
function inScheme(scheme: 'light' | 'dark', accent: string | null): string {
  if (!accent) return ''
  return `@media screen and (prefers-color-scheme:${scheme}){:root{--link:${accent};--button:${accent}}}`
}
