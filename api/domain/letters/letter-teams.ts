import { jsonWithPlaces, type Letter } from './letter.ts'
import { chatOf, marks, type Chat } from './letter-chat.ts'
import { bytesOf, cutAtWord, cutToFit, firstToFit } from './letter-cut.ts'
import { convertMarkdown, type Dialect } from './letter-markup.ts'
import type { Outline } from './letter-outline.ts'

/** Teams drops what is larger than 28 KB; links still get longer when their places are filled. */
const MESSAGE = 25_000

/** A message to Microsoft Teams: an Adaptive Card, in the envelope that Workflows and the older connectors take. */
export function teamsOf(letter: Letter): string {
  const chat = chatOf(letter)
  const build = (budget: number) =>
    jsonWithPlaces({
      type: 'message',
      summary: cutAtWord(chat.title, 240),
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: cardOf(chat, letter.locale, budget),
        },
      ],
    })
  return firstToFit([6000, 3000, 1000, 300], build, (message) => bytesOf(message) <= MESSAGE)
}

function cardOf(chat: Chat, locale: string, budget: number): object {
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    lang: locale,
    fallbackText: cutAtWord(chat.title, 240),
    msteams: { width: 'Full' },
    body: [
      plain(chat.origin, { size: 'Small', isSubtle: true }),
      plain(`${chat.tone ? `${marks[chat.tone]} ` : ''}${cutAtWord(chat.title, 240)}`, {
        size: 'Large',
        weight: 'Bolder',
      }),
      ...chat.lines.map((line) => plain(line)),
      ...(chat.outline ? outlineBlocks(chat.outline, chat.readOn, budget) : []),
      ...chat.stories.flatMap((story) => storyBlocks(story, chat.readOn, budget / 8)),
    ],
    actions: [...chat.links, ...chat.leaving].map(({ label, url }) => ({
      type: 'Action.OpenUrl',
      title: label,
      url,
    })),
  }
}

function outlineBlocks(outline: Outline, readOn: string, budget: number): object[] {
  const { planned, parts, facts, components, more_components, posted, url } = outline
  const factSet =
    facts.length > 0
      ? [{ type: 'FactSet', facts: facts.map(([title, value]) => ({ title, value })) }]
      : []
  return [
    ...(planned ? factSet : []),
    ...parts.flatMap(({ heading, body }) => [
      ...(heading ? [plain(heading, { weight: 'Bolder' })] : []),
      ...written(body, budget / parts.length, url, readOn),
    ]),
    ...(outline.next ? [plain(outline.next, { weight: 'Bolder' })] : []),
    ...(planned ? [] : factSet),
    ...(components.length > 0 ? [plain(outline.affected, { weight: 'Bolder' })] : []),
    ...components.map(({ name, change, tone }) =>
      plain(`${marks[tone]} ${cutAtWord(name, 80)}: ${change}`, {}, 'Small'),
    ),
    ...(more_components ? [plain(more_components)] : []),
    plain(posted, { size: 'Small', isSubtle: true }),
  ]
}

function storyBlocks(story: Outline, readOn: string, budget: number): object[] {
  const { tone, state, name, url, view, lead, parts } = story
  const [newest] = parts
  return [
    plain(`${marks[tone]} ${state}: ${cutAtWord(name, 150)}`, { weight: 'Bolder' }),
    ...(lead ? [plain(lead)] : []),
    ...(newest ? written(newest.body, budget, url, readOn) : []),
    markdown(link(escape(view), url)),
  ]
}

function written(body: string, max: number, url: string, readOn: string): object[] {
  const whole = convertMarkdown(cutAtWord(body, max), cardDialect)
  if (body.length <= max && whole.length <= max) return whole === '' ? [] : [markdown(whole)]
  const text = cutToFit(body, max, (part) => convertMarkdown(part, cardDialect))
  return [markdown(text), markdown(link(escape(readOn), url))].filter(({ text }) => text !== '')
}

/** Cards know emphasis, lists and links; headings are bold and code is text. */
const cardDialect: Dialect = {
  text: escape,
  strong: (inner) => `**${inner}**`,
  emphasis: (inner) => `_${inner}_`,
  code: escape,
  verbatim: escape,
  link,
  bullet: '-',
  quote: '',
  fence: '',
}

function escape(text: string): string {
  return text.replace(/[\\*_[\]`~#]/g, '\\$&')
}

function link(label: string, url: string): string {
  return `[${label}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`
}

/** One line break would be a space there; within lists it begins the next item. */
function markdown(text: string) {
  const paragraphs = text.replace(/(?<!\n)\n(?!\n|\s*(-|\d+\.) )/g, '\n\n')
  return { type: 'TextBlock', text: paragraphs, wrap: true }
}

type Look = { size?: string; weight?: string; isSubtle?: boolean }

/** Runs of text interpret nothing. */
function plain(text: string, look: Look = {}, spacing = 'Default'): object {
  return {
    type: 'RichTextBlock',
    spacing,
    inlines: [{ type: 'TextRun', text: text, ...look }],
  }
}
