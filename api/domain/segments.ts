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

/** A text and a link in at most two segments; where it is too long, the text is cut at a word. */
export function fitSms(text: string, link: string): string {
  let body = normalizeSms(text)
  const whole = () => `${body} ${link}`
  if (countSegments(whole()).segments <= MAX_SEGMENTS) return whole()
  while (body && countSegments(`${body}... ${link}`).segments > MAX_SEGMENTS) {
    const space = body.lastIndexOf(' ')
    body = space > body.length - 30 ? body.slice(0, space) : body.slice(0, -1)
  }
  return `${body.replace(/[\s.,;:]+$/, '')}... ${link}`
}
