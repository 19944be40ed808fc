/** A stretch of text: plain, strong, or a link. */
export type Span = { text: string; isStrong?: boolean; url?: string }

export type Part =
  | { kind: 'title' | 'text'; spans: Span[] }
  | { kind: 'facts'; facts: [name: Span[], value: Span[]][] }
  | { kind: 'buttons'; buttons: Span[] }

/** What a chat makes of a message, or of a part that it sets apart by a colour. */
export type Card = { color: string | null; parts: Part[] }

/** What it says, in one line. */
export function lineOf(cards: Card[]): string {
  const spans = cards
    .flatMap(({ parts }) => parts)
    .flatMap((part) => (part.kind === 'title' || part.kind === 'text' ? part.spans : []))
  return spans.map(({ text }) => text).join(' ')
}

export function title(spans: Span[]): Part[] {
  return spans.length === 0 ? [] : [{ kind: 'title', spans }]
}

export function text(spans: Span[]): Part[] {
  return spans.length === 0 ? [] : [{ kind: 'text', spans }]
}

export function facts(given: [name: Span[], value: Span[]][]): Part[] {
  return given.length === 0 ? [] : [{ kind: 'facts', facts: given }]
}

export function buttons(given: Span[]): Part[] {
  return given.length === 0 ? [] : [{ kind: 'buttons', buttons: given }]
}

/** Text without any markup. */
export function plain(given: string): Span[] {
  return given === '' ? [] : [{ text: given }]
}

/** A link where it leads to the web, otherwise the text alone. */
export function link(label: string, url: string): Span {
  return isWeb(url) ? { text: label, url } : { text: label }
}

function isWeb(url: string): boolean {
  const protocol = URL.parse(url)?.protocol
  return protocol === 'https:' || protocol === 'http:'
}
