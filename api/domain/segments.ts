/** GSM 03.38 basic characters; those of `extended` count twice (delivery over SMS, 7 bits per character). */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const extended = new Set('^{}\\[~]|€\f')

/** How a text is billed: GSM-7 has 160 (153 when joined) units per segment, UCS-2 70 (67). */
export function countSegments(text: string): {
  encoding: 'GSM-7' | 'UCS-2'
  units: number
  segments: number
} {
  let units = 0
  for (const character of text) {
    if (basic.has(character)) units += 1
    else if (extended.has(character)) units += 2
    else return counted('UCS-2', text.length, 70, 67)
  }
  return counted('GSM-7', units, 160, 153)
}

function counted(encoding: 'GSM-7' | 'UCS-2', units: number, single: number, joined: number) {
  return { encoding, units, segments: units <= single ? 1 : Math.ceil(units / joined) }
}

const plain: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '\u2011': '-',
  '\u2212': '-',
  '…': '...',
  '•': '-',
  '·': '-',
  '→': '->',
}

/** Typographic characters as GSM-7 ones: one curly quote, or one accent, would more than double the price. */
export function normalizeSms(text: string): string {
  const typed = text
    .normalize('NFC')
    .replace(/[‘’‚“”„«»–—\u2011\u2212…•·→]/g, (character) => plain[character]!)
    .replace(/[\u200b\u2060\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return withoutAccents(typed) ?? typed
}

/** Accents that GSM-7 lacks are given up where that makes the whole text GSM-7, and kept where it would not help. */
function withoutAccents(text: string): string | null {
  let result = ''
  for (const character of text) {
    const known = isGsm(character) || isPlaceMark(character)
    const letter = known ? character : character.normalize('NFD').replace(/\p{M}/gu, '')
    if (!known && ![...letter].every(isGsm)) return null
    result += letter
  }
  return result
}

function isGsm(character: string): boolean {
  return basic.has(character) || extended.has(character)
}

function isPlaceMark(character: string): boolean {
  return character === '\uE000' || character === '\uE001'
}

const MAX_SEGMENTS = 2
/** Characters that are looked at: more than so many segments hold. */
const LOOKED_AT = 400

/**
 * A text and what must end it, a link, in at most two segments; where it is too long, the text is cut at a word. It is
 * measured as `filled` says, for places are wider once they are filled.
 */
export function fitSms(
  text: string,
  end: string,
  filled: (text: string) => string = (whole) => whole,
): string {
  const body = normalizeSms(text.toWellFormed())
  const fits = (whole: string) => countSegments(filled(whole)).segments <= MAX_SEGMENTS
  const whole = `${body} ${end}`
  if (body.length <= LOOKED_AT && fits(whole)) return whole
  let characters = [...body].slice(0, LOOKED_AT)
  while (characters.length > 0 && !fits(`${characters.join('')}... ${end}`)) {
    const space = characters.lastIndexOf(' ')
    characters = withoutHalfPlace(characters.slice(0, space > characters.length - 30 ? space : -1))
  }
  const kept = characters.join('').replace(/[\s.,;:(（、。।]+$/, '')
  return `${kept}... ${end}`
}

function withoutHalfPlace(characters: string[]): string[] {
  const begun = characters.lastIndexOf('\uE000')
  return begun > characters.lastIndexOf('\uE001') ? characters.slice(0, begun) : characters
}
