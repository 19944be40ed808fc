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
  '–': '-',
  '—': '-',
  '…': '...',
  '•': '-',
  '·': '-',
  '\u00a0': ' ',
  '\u202f': ' ',
}

/** Typographic characters as GSM-7 ones: one curly quote would more than double the price. */
export function normalizeSms(text: string): string {
  return text
    .replace(/[‘’‚“”„–—…•·\u00a0\u202f]/g, (character) => plain[character]!)
    .replace(/\s+/g, ' ')
    .trim()
}

const MAX_SEGMENTS = 2
/** Characters that are looked at: more than so many segments hold. */
const LOOKED_AT = 400

/** A text and a link in at most two segments; where it is too long, the text is cut at a word. */
export function fitSms(text: string, link: string): string {
  const body = normalizeSms(text.toWellFormed())
  const whole = `${body} ${link}`
  if (fits(whole)) return whole
  let characters = [...body].slice(0, LOOKED_AT)
  while (characters.length > 0 && !fits(`${characters.join('')}... ${link}`)) {
    const space = characters.lastIndexOf(' ')
    characters = withoutHalfPlace(characters.slice(0, space > characters.length - 30 ? space : -1))
  }
  return `${characters.join('').replace(/[\s.,;:]+$/, '')}... ${link}`
}

function withoutHalfPlace(characters: string[]): string[] {
  const begun = characters.lastIndexOf('\uE000')
  return begun > characters.lastIndexOf('\uE001') ? characters.slice(0, begun) : characters
}

/** No time of day with its zone is wider than this: `14:05 GMT+12:45` has 15. */
const WIDEST_PLACE = 'x'.repeat(16)

/** Measured with places filled as widely as they can be. */
function fits(text: string): boolean {
  return countSegments(text.replace(/\uE000\S*?\uE001/g, WIDEST_PLACE)).segments <= MAX_SEGMENTS
}
