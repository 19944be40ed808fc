/** How a chat writes what operators wrote in CommonMark. Each gets text as it was meant, and returns it in the chat's own marks. */
export type Dialect = {
  text(text: string): string
  strong(inner: string): string
  emphasis(inner: string): string
  code(text: string): string
  /** A line between fences. */
  verbatim(text: string): string
  link(label: string, href: string): string
  bullet: string
  quote: string
  fence: string
}

/** CommonMark as far as people write it by hand: paragraphs, headings, lists, quotes, code, emphasis and links. */
export function convertMarkdown(markdown: string, dialect: Dialect): string {
  let fenced = false
  return markdown
    .replaceAll(/\r\n?/g, '\n')
    .split('\n')
    .flatMap((line) => {
      if (/^ {0,3}(`{3,}[^`]*|~{3,}[^~]*)$/.test(line)) {
        fenced = !fenced
        return dialect.fence === '' ? [] : [dialect.fence]
      }
      return [fenced ? dialect.verbatim(line) : convertLine(line, dialect)]
    })
    .concat(fenced && dialect.fence !== '' ? [dialect.fence] : [])
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

function convertLine(line: string, dialect: Dialect): string {
  if (/^ {0,3}([-*_])( *\1){2,} *$/.test(line)) return ''
  const [, indent, mark, rest] =
    /^(\s*)(#{1,6}(?=\s)|>|[-*+](?=\s)|\d{1,9}[.)](?=\s))\s*(.*)$/.exec(line) ?? []
  if (mark === undefined) return convertInline(line.trim(), dialect)
  const inner = convertInline(rest!.replace(mark.startsWith('#') ? /\s#+\s*$/ : '', ''), dialect)
  if (inner === '') return ''
  if (mark.startsWith('#')) return dialect.strong(inner)
  if (mark === '>') return `${dialect.quote}${inner}`
  const depth = '  '.repeat(Math.min(4, Math.floor(indent!.length / 2)))
  return `${depth}${/\d/.test(mark) ? `${mark.slice(0, -1)}.` : dialect.bullet} ${inner}`
}

const url = String.raw`(?:https?:\/\/|mailto:)[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*`
const pieces = new RegExp(
  [
    String.raw`\\([!-/:-@[-\x60{-~])`,
    String.raw`(\x60+)(?!\x60)(.+?)(?<!\x60)\2(?!\x60)`,
    String.raw`!?\[([^\][]*)\]\(<?(${url}|[^\s()<>]*)>?(?:\s+"[^"]*")?\)`,
    String.raw`<?(${url})>?`,
    String.raw`(\*\*|__)(?=\S)(.+?)(?<=\S)\7`,
    String.raw`\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?!\*)`,
    String.raw`(?<![\p{L}\p{N}_])_(?=[^\s_])(.+?)(?<=[^\s_])_(?![\p{L}\p{N}_])`,
  ].join('|'),
  'gu',
)

function convertInline(text: string, dialect: Dialect): string {
  let result = ''
  let from = 0
  for (const match of text.matchAll(pieces)) {
    result += dialect.text(text.slice(from, match.index))
    from = match.index + match[0].length
    result += convertPiece(match, dialect)
  }
  return result + dialect.text(text.slice(from))
}

function convertPiece(match: RegExpExecArray, dialect: Dialect): string {
  const [whole, escaped, , code, label, href, bare, , strong, starred, underscored] = match
  if (escaped !== undefined) return dialect.text(escaped)
  if (code !== undefined) return dialect.code(code.trim())
  if (label !== undefined) return linked(whole, label, href!, dialect)
  if (bare !== undefined) return autolinked(whole, bare, dialect)
  if (strong !== undefined) return dialect.strong(convertInline(strong, dialect))
  return dialect.emphasis(convertInline((starred ?? underscored)!, dialect))
}

/** Pictures are words here, and what is no link for people is none. */
function linked(whole: string, label: string, href: string, dialect: Dialect): string {
  const words = convertInline(label, { ...dialect, link: (inner) => inner })
  const isLink = /^(https?:\/\/|mailto:)/.test(href) && !whole.startsWith('!')
  return isLink && words !== '' ? dialect.link(words, href) : words
}

function autolinked(whole: string, bare: string, dialect: Dialect): string {
  if (whole.startsWith('<')) return dialect.link(dialect.text(bare), bare)
  const href = bare.replace(/[.,;:!?'"*_]+$/, '')
  const opened = whole.endsWith('>') ? '>' : ''
  return dialect.link(dialect.text(href), href) + dialect.text(bare.slice(href.length) + opened)
}

/** The words alone. */
export const plainWords: Dialect = {
  text: (text) => text,
  strong: (inner) => inner,
  emphasis: (inner) => inner,
  code: (text) => text,
  verbatim: (text) => text,
  link: (label) => label,
  bullet: '-',
  quote: '',
  fence: '',
}
