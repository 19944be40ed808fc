import { link, type Span } from './card.ts'

const inMarkdown = new RegExp(
  [
    String.raw`\[(?<label>(?:\\.|[^[\]\\\n])+)\]\((?<target>[^\s()]+)\)`,
    String.raw`\*\*(?<strong>(?:\\.|[^*\\\n])+)\*\*`,
    String.raw`<t:(?<seconds>\d{1,11})(?::\w)?>`,
    String.raw`(?<url>https?:\/\/[^\s<>()]*[^\s<>().,;:!?])`,
  ].join('|'),
  'g',
)

/** Links, bold and moments of what Discord and Teams understand of Markdown; the rest stays as it is written. */
export function markdown(given: string): Span[] {
  return cut(given, inMarkdown, unescaped, (found) => {
    const { label, target, strong, seconds, url } = found
    if (label !== undefined) return link(unescaped(label), target!)
    if (strong !== undefined) return { text: unescaped(strong), isStrong: true }
    return url === undefined ? { text: moment(Number(seconds)) } : link(url, url)
  })
}

function unescaped(given: string): string {
  return given.replace(/\\([!-/:-@[-`{-~])/g, '$1')
}

function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ') + ' UTC'
}

const inMrkdwn =
  /<(?<target>[^<>|\n]+)(?:\|(?<label>[^<>\n]*))?>|(?<![\w*])\*(?<strong>[^*\n]+)\*(?![\w*])/g

/** Links, mentions and bold of Slack's mrkdwn. */
export function mrkdwn(given: string): Span[] {
  return cut(given, inMrkdwn, withoutEntities, ({ target, label, strong }) => {
    if (strong !== undefined) return { text: withoutEntities(strong), isStrong: true }
    const shown = withoutEntities(label || target!)
    return link(shown, withoutEntities(target!))
  })
}

/** Slack escapes these three and no others. */
export function withoutEntities(given: string): string {
  return given.replace(/&(lt|gt|amp);/g, (_, name: 'lt' | 'gt' | 'amp') => entities[name])
}
const entities = { lt: '<', gt: '>', amp: '&' }

type Groups = Record<string, string | undefined>

function cut(
  given: string,
  pattern: RegExp,
  between: (text: string) => string,
  span: (groups: Groups) => Span,
): Span[] {
  const spans: Span[] = []
  let from = 0
  for (const match of given.matchAll(pattern)) {
    spans.push({ text: between(given.slice(from, match.index)) }, span(match.groups as Groups))
    from = match.index + match[0].length
  }
  spans.push({ text: between(given.slice(from)) })
  return spans.filter(({ text }) => text !== '')
}
