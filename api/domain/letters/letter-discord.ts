import { jsonWithPlaces, type Letter } from './letter.ts'
import { chatOf, marks, type Chat } from './letter-chat.ts'
import { cutAtWord, cutToFit, firstToFit } from './letter-cut.ts'
import { convertMarkdown, type Dialect } from './letter-markup.ts'
import type { Outline } from './letter-outline.ts'
import type { ComponentStatus } from '../words.ts'

const TITLE = 256
const FIELD = 1024
const STORY = 140
/** Of 6000 characters in all; links still get longer when their places are filled. */
const MESSAGE = 5600

/** A message to a Discord webhook: one embed, which calls nobody. */
export function discordOf(letter: Letter): string {
  const chat = chatOf(letter)
  const said = letter.incident?.update.display_at ?? letter.created_at
  const build = (budget: number) =>
    jsonWithPlaces({
      embeds: [embedOf(chat, letter, said, budget)],
      allowed_mentions: { parse: [] },
    })
  return firstToFit([2800, 1400, 700, 200], build, (message) => message.length <= MESSAGE)
}

function embedOf(chat: Chat, { page }: Letter, said: number, budget: number): object {
  const { outline, tone } = chat
  return {
    author: { name: chat.page, url: page.url },
    title: cutToFit(`${tone ? `${marks[tone]} ` : ''}${chat.title}`, TITLE, escape),
    ...(chat.url ? { url: chat.url } : {}),
    description: descriptionOf(chat, budget),
    ...(tone ? { color: colors[tone] } : {}),
    fields: [
      ...(outline ? outlineFields(outline) : []),
      ...chat.stories.map((story) => storyField(story, budget / 8)),
      ...(chat.leaving.length > 0 ? [{ name: '\u200b', value: linkLine(chat.leaving) }] : []),
    ],
    footer: { text: cutAtWord(chat.origin, TITLE) },
    timestamp: new Date(said).toISOString(),
  }
}

function descriptionOf(chat: Chat, budget: number): string {
  const { outline } = chat
  const parts = outline?.parts ?? []
  return [
    ...chat.lines.map(escape),
    ...parts.map(({ heading, body }) => {
      const text = converted(body, budget / parts.length, chat.url ?? '', chat.readOn)
      return heading ? `**${escape(heading)}**\n${text}` : text
    }),
    ...(outline?.next ? [`**${escape(outline.next)}**`] : []),
    ...(chat.links.length > 0 ? [linkLine(chat.links)] : []),
  ].join('\n\n')
}

function outlineFields({ facts, components, more_components, affected }: Outline): object[] {
  const lines = components.map(
    ({ name, change, tone }) => `${marks[tone]} ${escape(cutAtWord(name, 80))}: ${escape(change)}`,
  )
  const all = [...lines, ...(more_components ? [escape(more_components)] : [])]
  return [
    ...facts.map(([name, value]) => ({ name: escape(name), value: escape(value), inline: true })),
    ...(lines.length > 0 ? [{ name: affected, value: cutAtWord(all.join('\n'), FIELD) }] : []),
  ]
}

function storyField(story: Outline, budget: number): object {
  const { tone, state, name, url, lead, parts, view } = story
  const [newest] = parts
  const text = newest ? converted(newest.body, budget, url, view) : ''
  const onward = text.includes(`](${url})`) ? [] : [link(escape(view), url)]
  return {
    name: cutToFit(`${marks[tone]} ${state}: ${name}`, STORY, escape),
    value: [...(lead ? [escape(lead)] : []), ...(text ? [text] : []), ...onward].join('\n'),
  }
}

function converted(body: string, max: number, url: string, readOn: string): string {
  const whole = convertMarkdown(cutAtWord(body, max), markdownDialect)
  if (body.length <= max && whole.length <= max) return whole
  const text = cutToFit(body, max, (part) => convertMarkdown(part, markdownDialect))
  return `${text}\n${link(escape(readOn), url)}`.trim()
}

/** Discord's own Markdown: two underscores underline there, so only stars make bold. */
const markdownDialect: Dialect = {
  text: escape,
  strong: (inner) => `**${inner}**`,
  emphasis: (inner) => `*${inner}*`,
  code: (text) => `\`${text}\``,
  verbatim: (text) => text.replaceAll('```', "'''"),
  link,
  bullet: '-',
  quote: '> ',
  fence: '```',
}

/** Marks, spoilers, and what would name a person, role or channel. */
function escape(text: string): string {
  return text.replace(/[\\*_~|`[\]<>#]/g, '\\$&')
}

/** A label that is the address itself is not shown as a link. */
function link(label: string, url: string): string {
  const href = url.replaceAll('(', '%28').replaceAll(')', '%29')
  return /^https?:/.test(label) ? href : `[${label}](${href})`
}

function linkLine(links: Chat['links']): string {
  return links.map(({ label, url }) => link(escape(label), url)).join(' · ')
}

const colors: Record<ComponentStatus, number> = {
  operational: 0x1c9560,
  under_maintenance: 0x3a72d4,
  degraded_performance: 0xb87a00,
  partial_outage: 0xdb6419,
  major_outage: 0xc62d33,
}
