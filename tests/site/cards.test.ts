import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { cards } from '../../api/domain/documents.ts'
import { componentStatuses } from '../../api/domain/words.ts'
import { render } from '../support/site.ts'
import { quietHome } from './fixtures.ts'
import { read } from './read.ts'

test.each(cards)('%s is a small picture in the size that is promised', async (path) => {
  const answer = await render(path, {})
  expect(answer.headers.get('content-type')).toBe('image/png')
  const bytes = Buffer.from(await answer.arrayBuffer())
  const file = `../../site/cards/${path.split('/').at(-1)}`
  expect(bytes.equals(await readFile(new URL(file, import.meta.url)))).toBe(true)
  expect(bytes.readUInt32BE(16)).toBe(1200)
  expect(bytes.readUInt32BE(20)).toBe(630)
  expect(bytes.length).toBeLessThan(15_000)
})

test('there is one for each status, and one for pages about none', () => {
  expect(cards).toHaveLength(componentStatuses.length + 1)
})

test.each([
  ['the state of the page', '/', {}, 'partial_outage'],
  ['a page where all is well', '/', { home: quietHome }, 'operational'],
  ['a page that is about no state', '/history/2026-11', {}, 'page'],
])(
  '%s has its card, whose text alternative says what the page is about',
  async (_, path, facts, card) => {
    const { html } = await read(path, facts)
    expect(html).toContain(
      `<meta property="og:image" content="https://status.tern.example/og/${card}.png">`,
    )
    expect(html).toMatch(/<meta property="og:image:alt" content="[^"]+">/)
    expect(cards).toContain(`/og/${card}.png`)
  },
)
