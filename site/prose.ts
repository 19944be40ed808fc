import { micromark } from 'micromark'

const options = {
  extensions: [{ disable: { null: ['htmlFlow', 'htmlText', 'labelStartImage'] } }],
}

const KEPT = 1000
const rendered = new Map<string, string>()

/** HTML of a CommonMark text that somebody typed: no markup of their own, no images, no scripts behind links. */
export function prose(text: string): string {
  // What was said stays the same, and every publication says it again.
  const known = rendered.get(text)
  if (known !== undefined) return known
  if (rendered.size === KEPT) rendered.clear()
  const html = render(text)
  rendered.set(text, html)
  return html
}

function render(text: string): string {
  return htmlOf(text).replaceAll(/<(\/?)h[1-6]>/g, '<$1h4>')
}

/** The same for a text of its own, which begins below a heading of the second rank: its headings keep their order. */
export function article(text: string): string {
  const above: number[] = []
  let rank = 3
  return htmlOf(text).replaceAll(/<(\/?)h([1-6])>/g, (_, closing: string, level: string) => {
    if (closing) return `</h${rank}>`
    while (above.length > 0 && above.at(-1)! >= Number(level)) above.pop()
    above.push(Number(level))
    rank = Math.min(6, 2 + above.length)
    return `<h${rank}>`
  })
}

function htmlOf(text: string): string {
  return micromark(withLineBreaks(text), options).replaceAll(
    '<a href=',
    '<a rel="nofollow noopener" href=',
  )
}

/** A single newline is meant as one: operators write updates as they write mails. */
function withLineBreaks(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/(?<=\S)\n(?=\S)/g, '  \n')
}

/** Plain words inside HTML. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** The first line's words without markup, for a meta description. */
export function summary(text: string): string {
  const words = prose(text)
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return words.length > 160 ? `${words.slice(0, 157).trimEnd()}…` : words
}
