import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { discordOf } from '../../api/domain/letters/letter-discord.ts'
import { slackOf } from '../../api/domain/letters/letter-slack.ts'
import { smsOf } from '../../api/domain/letters/letter-sms.ts'
import { teamsOf } from '../../api/domain/letters/letter-teams.ts'
import { subjectOf, textOf } from '../../api/domain/letters/letter-text.ts'
import { webhookOf } from '../../api/domain/letters/letter-webhook.ts'
import { fillPlaces, type Letter } from '../../api/domain/letters/letter.ts'
import { countSegments } from '../../api/domain/segments.ts'
import { everyLetter } from '../site/letters.ts'
import { launchChromium } from '../support/chromium.ts'
import { render } from '../support/site.ts'

/** Where people may look at what is sent. */
const folder = join(import.meta.dirname, '../.output/letters')

const looks = [
  { name: 'light', colorScheme: 'light', width: 600 },
  { name: 'dark', colorScheme: 'dark', width: 600 },
  { name: 'phone', colorScheme: 'light', width: 360 },
] as const

const token = 'v1.subscriber01.1.abcdefghijklmnopqrstuv'
const places = {
  confirm: `https://status.tern.example/subscriptions/confirm?token=${token}`,
  manage: `https://status.tern.example/subscriptions/manage?token=${token}`,
  unsubscribe: `https://status.tern.example/unsubscribe?token=${token}`,
  code: '493817',
  locale: 'en',
  time_zone: 'Europe/Berlin',
}

let browser: Browser
const pages = new Map<string, Page>()
beforeAll(async () => {
  browser = await launchChromium()
  for (const { name, colorScheme, width } of looks) {
    const viewport = { width, height: 640 }
    pages.set(name, await browser.newPage({ colorScheme, viewport }))
  }
  await mkdir(folder, { recursive: true })
}, 60_000)
afterAll(() => browser?.close())

async function mailOf(letter: Letter, template: string): Promise<string> {
  const response = await render(`/mail/${template}`, { letter })
  expect(response.status).toBe(200)
  return fillPlaces(await response.text(), places)
}

const fill = (text: string) => fillPlaces(text, places)

async function keep(name: string, content: string): Promise<void> {
  await writeFile(join(folder, name), content)
}

async function lookAt(html: string, look: (typeof looks)[number], picture: string) {
  const page = pages.get(look.name)!
  const requests: string[] = []
  const note = (request: { url(): string }) => requests.push(request.url())
  page.on('request', note)
  await page.setContent(html)
  await page.screenshot({ path: join(folder, picture), fullPage: true })
  const seen = { requests, overflow: await overflowOf(page), contrast: await contrastOf(page) }
  page.off('request', note)
  return seen
}

function overflowOf(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
}

/** What cannot be read for its colours, in axe's words. */
async function contrastOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run({
      runOnly: ['color-contrast'],
    })
    return found.violations.flatMap(({ nodes }) => nodes.map(({ html }) => html))
  })
}

describe.each(everyLetter)('a letter of the kind %s', (kind, template, letter) => {
  test.each(looks)('can be read as a mail: $name, $width px', async (look) => {
    const html = await mailOf(letter, template)
    await keep(`${kind}.html`, html)
    expect(Buffer.byteLength(html)).toBeLessThan(100_000)
    const seen = await lookAt(html, look, `${kind}.${look.name}.png`)
    expect(seen).toEqual({ requests: [], overflow: 0, contrast: [] })
  })

  test('can be read as text, SMS and in chats', async () => {
    const text = fill(textOf(letter))
    const sms = fill(smsOf(letter))
    await keep(`${kind}.txt`, `Subject: ${subjectOf(letter)}\n\n${text}`)
    await keep(`${kind}.sms.txt`, `${sms}\n`)
    const bodies = { slack: slackOf, teams: teamsOf, discord: discordOf, webhook: webhookOf }
    for (const [channel, bodyOf] of Object.entries(bodies)) {
      const body: unknown = JSON.parse(fill(bodyOf(letter)))
      await keep(`${kind}.${channel}.json`, JSON.stringify(body, null, 2))
    }
    expect(countSegments(sms).segments).toBeLessThanOrEqual(2)
    expect(`${text}${sms}`).not.toMatch(/[\uE000-\uE002{}]/)
  })
})

const longWord = 'Donaudampfschifffahrtsgesellschaft'.repeat(20)
const hardships: [name: string, letter: Letter][] = [
  ['words without end', withWords(longWord, `${longWord}\n\n\`\`\`\n${longWord}\n\`\`\``)],
  ['a text of 60 KB', withWords('Everything fails', 'We are looking into it. '.repeat(2500))],
  ['markup that swells', withWords('Everything fails', '> "'.repeat(20_000))],
  ['five hundred components', withComponents(500)],
  [
    'words from right to left',
    { ...withWords('الدفع لا يعمل', 'نبحث عن **السبب**.'), locale: 'ar' },
  ],
]

function withWords(name: string, body: string): Letter {
  const [, , letter] = everyLetter[0]!
  const incident = letter.incident!
  return { ...letter, incident: { ...incident, name, update: { ...incident.update, body } } }
}

function withComponents(count: number): Letter {
  const [, , letter] = everyLetter[0]!
  const incident = letter.incident!
  const components = Array.from({ length: count }, (_, n) => ({
    ...incident.components[0]!,
    name: `${n} ${'"Regal" & '.repeat(18)}`,
  }))
  return { ...letter, incident: { ...incident, components } }
}

describe.each(hardships)('a mail with %s', (name, letter) => {
  test('is small, and as wide as a phone', async () => {
    const html = await mailOf(letter, 'incident')
    const text = fillPlaces(textOf(letter), places)
    expect(Buffer.byteLength(html)).toBeLessThan(100_000)
    expect(Buffer.byteLength(text)).toBeLessThan(100_000)
    const seen = await lookAt(html, looks[2], `hard.${name.replaceAll(' ', '-')}.png`)
    expect(seen).toEqual({ requests: [], overflow: 0, contrast: [] })
    expect(html).toContain(`href="${letter.incident!.url}"`)
  })
})
