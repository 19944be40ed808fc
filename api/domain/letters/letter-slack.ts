import { jsonWithPlaces, type Letter } from './letter.ts'
import { chatOf, marks, type Chat } from './letter-chat.ts'
import { bytesOf, cutAtWord, cutToFit, firstToFit } from './letter-cut.ts'
import { convertMarkdown, type Dialect } from './letter-markup.ts'
import type { Outline } from './letter-outline.ts'

/** Slack refuses a message with a longer one of these. */
const HEADER = 150
const SECTION = 3000
const MESSAGE = 30_000

/** A message to a Slack incoming webhook, in Block Kit. Links instead of buttons: those would call an app back. */
export function slackOf(letter: Letter): string {
  const chat = chatOf(letter)
  const build = (budget: number) =>
    jsonWithPlaces({
      text: escape(cutAtWord(`${chat.title} (${chat.origin})`, 500)),
      blocks: blocksOf(chat, budget),
      unfurl_links: false,
      unfurl_media: false,
    })
  return firstToFit([2800, 1400, 400], build, (message) => bytesOf(message) <= MESSAGE)
}

function blocksOf(chat: Chat, budget: number): object[] {
  const { outline, tone } = chat
  return [
    { type: 'header', text: plain(`${tone ? `${marks[tone]} ` : ''}${chat.title}`, HEADER) },
    { type: 'context', elements: [plain(chat.origin, SECTION)] },
    ...chat.lines.map((line) => section(escape(line))),
    ...(outline ? outlineBlocks(outline, chat.readOn, budget) : []),
    ...chat.stories.map((story) => section(storyText(story, chat.readOn, budget / 4))),
    ...(chat.links.length > 0 ? [section(linkLine(chat.links))] : []),
    ...(chat.leaving.length > 0
      ? [{ type: 'context', elements: [mrkdwn(linkLine(chat.leaving))] }]
      : []),
  ]
}

function outlineBlocks(outline: Outline, readOn: string, budget: number): object[] {
  const { planned, facts, parts, components, posted } = outline
  const share = budget / Math.max(1, parts.length)
  const fields = facts.map(([name, value]) => mrkdwn(`*${escape(name)}*\n${escape(value)}`))
  const factBlocks = fields.length > 0 ? [{ type: 'section', fields }] : []
  return [
    ...(planned ? factBlocks : []),
    ...parts.map(({ heading, body }) => {
      const text = converted(body, share, outline.url, readOn)
      return section(heading ? `*${escape(heading)}*\n${text}` : text)
    }),
    ...(outline.next ? [section(`*${escape(outline.next)}*`)] : []),
    ...(planned ? [] : factBlocks),
    ...(components.length > 0
      ? [{ type: 'section', text: plain(componentLines(outline), SECTION) }]
      : []),
    { type: 'context', elements: [plain(posted, SECTION)] },
  ]
}

function componentLines({ components, more_components }: Outline): string {
  return [
    ...components.map(
      ({ name, change, tone }) => `${marks[tone]} ${cutAtWord(name, 80)}: ${change}`,
    ),
    ...(more_components ? [more_components] : []),
  ].join('\n')
}

function storyText(story: Outline, readOn: string, budget: number): string {
  const { tone, state, name, url, lead, parts } = story
  const [newest] = parts
  return [
    `${marks[tone]} *${escape(state)}*: ${link(escape(cutAtWord(name, 200)), url)}`,
    ...(lead ? [escape(lead)] : []),
    ...(newest ? [converted(newest.body, budget, url, readOn)] : []),
  ].join('\n')
}

/** Empty sections are refused, so a text of nothing but marks leaves its link. */
function converted(body: string, max: number, url: string, readOn: string): string {
  const whole = convertMarkdown(cutAtWord(body, max), mrkdwnDialect)
  const onward = link(escape(readOn), url)
  if (body.length <= max && whole.length <= max && whole !== '') return whole
  const text = cutToFit(body, max, (part) => convertMarkdown(part, mrkdwnDialect))
  return text === '' ? onward : `${text}\n${onward}`
}

const mrkdwnDialect: Dialect = {
  text: escape,
  strong: (inner) => `*${inner}*`,
  emphasis: (inner) => `_${inner}_`,
  code: (text) => `\`${escape(text)}\``,
  verbatim: escape,
  link,
  bullet: '•',
  quote: '>',
  fence: '```',
}

/** The three characters that make marks in Slack, and calls to everybody. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function link(label: string, url: string): string {
  const href = url.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E')
  return `<${href.replaceAll('&', '&amp;')}|${label.replaceAll('\n', ' ')}>`
}

function linkLine(links: Chat['links']): string {
  return links.map(({ label, url }) => link(escape(label), url)).join('  ·  ')
}

function section(text: string): object {
  return { type: 'section', text: mrkdwn(text) }
}

/** `verbatim`: what looks like a channel or a person is not made into one. */
function mrkdwn(text: string): object {
  return { type: 'mrkdwn', text, verbatim: true }
}

function plain(text: string, max: number): object {
  return { type: 'plain_text', text: cutAtWord(text, max), emoji: false }
}
