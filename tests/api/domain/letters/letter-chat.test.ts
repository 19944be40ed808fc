import { z } from '@hono/zod-openapi'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { discordOf } from '../../../../api/domain/letters/letter-discord.ts'
import { slackOf } from '../../../../api/domain/letters/letter-slack.ts'
import { teamsOf } from '../../../../api/domain/letters/letter-teams.ts'
import { fillPlaces, withoutPlaces, type Letter } from '../../../../api/domain/letters/letter.ts'
import { incident } from '../../../site/fixtures.ts'
import { digestLetter, everyLetter, letterOf } from '../../../site/letters.ts'
import { anyLetter } from './any-letter.ts'

const link = 'https://a-long-name-of-a-status-page.customer.example'
const receiver = {
  confirm: `${link}/subscriptions/confirm?token=v1.subscriber01.lkj3h4kjh.abcdefghijklmnopqrstuv`,
  manage: `${link}/subscriptions/manage?token=v1.subscriber01.1.abcdefghijklmnopqrstuv`,
  unsubscribe: `${link}/unsubscribe?token=v1.subscriber01.1.abcdefghijklmnopqrstuv`,
  locale: 'en',
  time_zone: 'Pacific/Chatham',
}

// The limits that each platform documents; beyond them it refuses the whole message.
const filled = (max: number) => z.string().trim().min(1).max(max)
const slackText = (max: number) =>
  z.union([
    z.strictObject({ type: z.literal('mrkdwn'), text: filled(max), verbatim: z.literal(true) }),
    z.strictObject({ type: z.literal('plain_text'), text: filled(max), emoji: z.literal(false) }),
  ])
const slackBlock = z.union([
  z.strictObject({
    type: z.literal('header'),
    text: z.strictObject({
      type: z.literal('plain_text'),
      text: filled(150),
      emoji: z.literal(false),
    }),
  }),
  z.strictObject({ type: z.literal('section'), text: slackText(3000) }),
  z.strictObject({
    type: z.literal('section'),
    fields: z.array(slackText(2000)).min(1).max(10),
  }),
  z.strictObject({
    type: z.literal('context'),
    elements: z.array(slackText(3000)).min(1).max(10),
  }),
])
const slackMessage = z.strictObject({
  text: filled(4000),
  blocks: z.array(slackBlock).min(1).max(50),
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
})

const embed = z
  .strictObject({
    author: z.strictObject({ name: filled(256), url: z.url() }),
    title: filled(256),
    url: z.url().optional(),
    description: filled(4096),
    color: z.int().min(0).max(0xffffff).optional(),
    fields: z
      .array(
        z.strictObject({ name: filled(256), value: filled(1024), inline: z.boolean().optional() }),
      )
      .max(25),
    footer: z.strictObject({ text: filled(2048) }),
    timestamp: z.iso.datetime(),
  })
  .refine(({ author, title, description, fields, footer }) => {
    const texts = fields.flatMap(({ name, value }) => [name, value])
    return [author.name, title, description, footer.text, ...texts].join('').length <= 6000
  }, 'an embed has at most 6000 characters in all')
const discordMessage = z.strictObject({
  embeds: z.array(embed).length(1),
  allowed_mentions: z.strictObject({ parse: z.tuple([]) }),
})

const cardElement = z.union([
  z.strictObject({ type: z.literal('TextBlock'), text: filled(20_000), wrap: z.literal(true) }),
  z.strictObject({
    type: z.literal('RichTextBlock'),
    spacing: z.string(),
    inlines: z
      .array(
        z.strictObject({
          type: z.literal('TextRun'),
          text: filled(2000),
          size: z.string().optional(),
          weight: z.string().optional(),
          isSubtle: z.boolean().optional(),
        }),
      )
      .length(1),
  }),
  z.strictObject({
    type: z.literal('FactSet'),
    facts: z.array(z.strictObject({ title: filled(200), value: filled(200) })).min(1),
  }),
])
const teamsMessage = z.strictObject({
  type: z.literal('message'),
  summary: filled(250),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.url(),
          type: z.literal('AdaptiveCard'),
          version: z.literal('1.4'),
          lang: z.string(),
          fallbackText: filled(250),
          msteams: z.strictObject({ width: z.literal('Full') }),
          body: z.array(cardElement).min(1),
          actions: z
            .array(
              z.strictObject({
                type: z.literal('Action.OpenUrl'),
                title: filled(100),
                url: z.url(),
              }),
            )
            .max(6),
        }),
      }),
    )
    .length(1),
})

const chats = [
  ['Slack', slackOf, slackMessage, 40_000],
  ['Discord', discordOf, discordMessage, 25_000],
  ['Teams', teamsOf, teamsMessage, 28_000],
] as const

const hardships: [name: string, letter: Letter][] = [
  ['a long text in a script of three bytes', everywhere('भुगतान नहीं हो रहा है। '.repeat(900))],
  ['a long text of emoji', everywhere('🔥'.repeat(10_000))],
  ['a long text of what is escaped', everywhere('"\\\\&_'.repeat(4000))],
  ['a digest of a bad day', badDay('The database is full. '.repeat(900))],
  ['a digest of a bad day in a script of three bytes', badDay('भुगतान नहीं हो रहा है। '.repeat(900))],
]

/** Long words wherever an operator can write them. */
function everywhere(body: string): Letter {
  const name = body.slice(0, 200)
  const letter = saying(body, name)
  const [component] = letter.incident!.components
  const components = Array.from({ length: 500 }, () => ({ ...component!, name }))
  return { ...letter, incident: { ...letter.incident!, components } }
}

function badDay(body: string): Letter {
  const letter = digestLetter()
  const [story] = letter.digest!.stories
  const said = Array.from({ length: 9 }, () => ({ ...story!.update, body }))
  const stories = Array.from({ length: 40 }, () => ({ ...story!, name: body.slice(0, 200), said }))
  return { ...letter, digest: { ...letter.digest!, stories } }
}

function sent(write: (letter: Letter) => string, letter: Letter): string {
  return fillPlaces(write(letter), receiver)
}

describe.each(chats)('a message to %s', (_, write, schema, bytes) => {
  test.each(everyLetter)('of the kind %s is one that it takes', (kind, _template, letter) => {
    const body: unknown = JSON.parse(sent(write, letter))
    expect(schema.safeParse(body).error).toBeUndefined()
    const words = JSON.stringify(body)
    expect(words).toContain('Tern Parcels')
    if (letter.incident) expect(words).toContain(letter.incident.url)
    expect(words.includes(receiver.confirm)).toBe(kind === 'confirmation')
    expect(words.includes(receiver.manage)).toBe(kind !== 'confirmation')
    expect(words.includes(receiver.unsubscribe)).toBe(kind !== 'confirmation')
  })

  test('is one that it takes, whatever anybody wrote', () => {
    fc.assert(
      fc.property(anyLetter, (letter) => {
        const clean = JSON.parse(withoutPlaces(JSON.stringify(letter))) as Letter
        const text = sent(write, clean)
        expect(Buffer.byteLength(text)).toBeLessThan(bytes)
        expect(schema.safeParse(JSON.parse(text)).error).toBeUndefined()
        expect(text).not.toMatch(/@(everyone|here|channel)/)
      }),
      { numRuns: 60 },
    )
  })

  test.each(hardships)('of %s is one that it takes', (_, letter) => {
    const text = sent(write, letter)
    expect(Buffer.byteLength(text)).toBeLessThan(bytes)
    expect(schema.safeParse(JSON.parse(text)).error).toBeUndefined()
  })

  test('of a long text ends with a link to the whole', () => {
    const text = sent(write, saying('We are looking into it. '.repeat(2500)))
    expect(text).toMatch(/into it…|looking…|are…|We…|into…/)
    expect(text).toContain('Read the whole text')
  })

  test('confirms without a word that a stranger typed', () => {
    const letter = { ...letterOf('confirmation', incident), id: 'typed by nobody' }
    expect(sent(write, letter)).not.toContain('Card payments fail')
  })
})

function saying(body: string, name = 'Card payments fail'): Letter {
  const updates = [{ ...incident.updates[0]!, body }]
  return letterOf('incident_updated', { ...incident, name, updates })
}

describe('what would call or format', () => {
  const body = '<!here> <@U024BE7LH> @channel & *no* `x`'

  test('is text in Slack', () => {
    const text = sent(slackOf, saying(body, '<!channel> & co'))
    expect(text).toContain('&lt;!here&gt; &lt;@U024BE7LH&gt; @\u2060channel &amp; _no_ `x`')
    expect(JSON.parse(text)).toMatchObject({
      text: expect.stringContaining('&lt;!channel&gt; &amp; co') as string,
    })
  })

  test('is text in Discord', () => {
    const text = (JSON.parse(sent(discordOf, saying('<@123> ||x|| __b__ @everyone'))) as Discord)
      .embeds[0]!.description
    expect(text).toContain('\\<@123\\> \\|\\|x\\|\\| **b** @\u2060everyone')
  })

  test('is text in Teams', () => {
    const text = sent(teamsOf, saying('[x](javascript:alert(1)) a_b_c', '**bold?**'))
    expect(text).toContain('🟠 Identified: **bold?**')
    expect(text).toContain('\\\\[x\\\\](javascript:alert(1)) a\\\\_b\\\\_c')
    expect(text).toContain('RichTextBlock')
  })
})

type Discord = { embeds: { description: string }[] }
