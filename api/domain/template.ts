import { DomainError, type FieldError } from './error.ts'

/** What a template leaves open until it is used. */
export const gaps = [
  'component',
  'components',
  'time',
  'impact',
  'duration',
  'page',
  'reason',
] as const
export type Gap = (typeof gaps)[number]

/** Words with gaps: one plain line, and CommonMark. */
export type TemplateWords = { title: string; body: string }

/** Refuses gaps that nobody would fill, braces that are none, and gaps where text cannot be kept from being markup. */
export function assertTemplate(template: TemplateWords): void {
  const fields = (['title', 'body'] as const).flatMap((path) => complaintsAbout(path, template))
  const [first] = fields
  if (first)
    throw new DomainError('invalid', `the template's ${first.path}: ${first.message}`, { fields })
}

function complaintsAbout(path: keyof TemplateWords, template: TemplateWords): FieldError[] {
  const text = template[path]
  return [...text.matchAll(/\{(\w+)\}|\{[^{}\n]*\}|[{}]/g)].flatMap(
    ({ 0: found, 1: name, index }) => {
      const complaint = isGap(name)
        ? complaintAboutPlace(path, text.slice(0, index))
        : `${found.length === 1 ? 'has no counterpart' : 'is not a gap'}; braces are only for ${allowed}`
      return complaint
        ? [{ path, message: `${found} in ${placeOf(text, index)} ${complaint}` }]
        : []
    },
  )
}

const allowed = gaps.map((gap) => `{${gap}}`).join(', ')

function isGap(name: string | undefined): name is Gap {
  return gaps.includes(name as Gap)
}

/** Where no character can be escaped, a text would be markup. */
function complaintAboutPlace(path: keyof TemplateWords, before: string): string | null {
  if (path === 'title') return null
  const line = before.slice(before.lastIndexOf('\n') + 1)
  if (line.split('`').length % 2 === 0) return 'stands in code; put it outside'
  if (/\]\([^)]*$|<[^>\s]*$/.test(line)) return 'stands in the address of a link; put it outside'
  return line.endsWith('\\') ? 'stands behind a backslash; leave that out' : null
}

function placeOf(text: string, index: number): string {
  const lines = text.slice(0, index).split('\n')
  return `line ${lines.length}, character ${lines.at(-1)!.length + 1}`
}

const LONGEST_TITLE = 200

/** The words of a template. What goes into a gap is read as it stands: never as Markdown, and never as a gap. */
export function fill(template: TemplateWords, texts: Record<Gap, string>): TemplateWords {
  return {
    title: filled(template.title, (gap) => oneLine(texts[gap]))
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LONGEST_TITLE),
    body: filled(template.body, (gap, before, after) =>
      asItStands(texts[gap], before, after),
    ).trim(),
  }
}

type Filling = (gap: Gap, before: string, after: string) => string

function filled(text: string, filling: Filling): string {
  let before = ''
  let from = 0
  for (const { 0: found, 1: name, index } of text.matchAll(/\{(\w+)\}/g)) {
    const end = index + found.length
    before += text.slice(from, index)
    before += isGap(name) ? filling(name, before, text.slice(end)) : found
    from = end
  }
  return before + text.slice(from)
}

/** A line break could begin a list, a heading or a block of code. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}

const marks =
  /[\\`*[\]<]|(?<=(?:^|\s)#*)#(?=#*\s*(?:\n|$))|&(?=#?\w+;)|!(?=\[)|:(?=\/\/)|(?<=mailto):|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/giu
const lineStart = /(?:^|\n)[ \t]*(?:(?:[-+*>]|\d{1,9}[.)])[ \t]*)*$/
const blockMark = /^(?:(?=[#>~+=-])|\d{1,9}(?=[.)]))/

/** Plain words in CommonMark: a backslash before each character that would mean something where it comes to stand. */
export function asItStands(words: string, before = '', after = ''): string {
  const text = oneLine(words)
  const whole = text + after
  const places = new Set(
    [...whole.matchAll(marks)].map(({ index }) => index).filter((index) => index < text.length),
  )
  const block = lineStart.test(before) && text !== '' ? blockMark.exec(whole) : null
  if (block) places.add(block[0].length)
  let result = ''
  for (let index = 0; index <= text.length; index++)
    result += `${places.has(index) ? '\\' : ''}${text.charAt(index)}`
  return result
}
