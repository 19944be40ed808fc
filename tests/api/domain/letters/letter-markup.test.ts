import { describe, expect, test } from 'vitest'
import { cutAtWord } from '../../../../api/domain/letters/letter-cut.ts'
import {
  convertMarkdown,
  plainWords,
  type Dialect,
} from '../../../../api/domain/letters/letter-markup.ts'

/** Shows what was understood. */
const shown: Dialect = {
  text: (text) => text,
  strong: (inner) => `B(${inner})`,
  emphasis: (inner) => `I(${inner})`,
  code: (text) => `C(${text})`,
  verbatim: (text) => `V(${text})`,
  link: (label, href) => `L(${label}, ${href})`,
  bullet: '•',
  quote: '> ',
  fence: '```',
}

test.each([
  ['plain words', 'Some payments fail.', 'Some payments fail.'],
  ['bold', 'a **bold** word', 'a B(bold) word'],
  ['bold by underscores', '__bold__', 'B(bold)'],
  [
    'bold between letters, as without spaces in Japanese',
    'これは**重要**です',
    'これはB(重要)です',
  ],
  ['italics', '*one* and _two_', 'I(one) and I(two)'],
  ['italics in bold', '**all *of* it**', 'B(all I(of) it)'],
  ['sums', '5 * 3 * 2', '5 * 3 * 2'],
  ['names with underscores', 'the table order_line_items', 'the table order_line_items'],
  ['a mark that never ends', 'this **never ends', 'this **never ends'],
  ['escaped marks', '\\*not\\* bold', '*not* bold'],
  ['code', 'run `a * b * c` now', 'run C(a * b * c) now'],
  ['a fence', '```\na *b*\n```', '```\nV(a *b*)\n```'],
  ['a fence that never ends', '```\na', '```\nV(a)\n```'],
  ['a link', '[their page](https://a.example/x_y_z)', 'L(their page, https://a.example/x_y_z)'],
  ['a link with brackets', '[x](https://a.example/a_(b))', 'L(x, https://a.example/a_(b))'],
  ['a link with a title', '[x](https://a.example "y")', 'L(x, https://a.example)'],
  [
    'a bare link',
    'see https://a.example/b, or',
    'see L(https://a.example/b, https://a.example/b), or',
  ],
  ['an autolink', '<https://a.example>', 'L(https://a.example, https://a.example)'],
  ['a link that runs a script', '[x](javascript:void)', 'x'],
  ['a picture', '![the graph](https://a.example/p.png)', 'the graph'],
  ['a heading', '## What happened ##', 'B(What happened)'],
  ['a list', '- one\n* two\n  + three', '• one\n• two\n  • three'],
  ['a numbered list', '1. one\n2) two', '1. one\n2. two'],
  ['a quote', '> said', '> said'],
  ['a rule', 'a\n\n---\n\nb', 'a\n\nb'],
  ['lines and paragraphs', 'a\r\nb\n\n\n\nc', 'a\nb\n\nc'],
])('%s', (_, markdown, expected) => {
  expect(convertMarkdown(markdown, shown)).toBe(expected)
})

test('the words alone are left', () => {
  const markdown = '## So **it** is\n\n- [here](https://a.example) `now`\n> and *then*'
  expect(convertMarkdown(markdown, plainWords)).toBe('So it is\n\n- here now\nand then')
})

test.each([
  ['stars', '*a '.repeat(4000)],
  ['double stars', '**a '.repeat(3000)],
  ['brackets', '['.repeat(12_000)],
  ['links', '[a]('.repeat(3000)],
  ['ticks', '`a'.repeat(6000)],
  ['addresses', 'https://a(('.repeat(1200)],
])(
  'a text of nothing but %s is understood before anybody could wait for it',
  (_, markdown) => {
    expect(convertMarkdown(markdown, plainWords).length).toBeGreaterThan(0)
  },
  2000,
)

describe('a text that is too long', () => {
  test.each([
    ['at a word', 'We are looking into it.', 18, 'We are looking…'],
    ['in a word, where there is but one', 'x'.repeat(50), 10, 'xxxxxxxxx…'],
    ['not in a character', `${'x'.repeat(8)}🔥🔥`, 10, 'xxxxxxxx…'],
    ['not in a place', 'xxxx \uE000instant:12\uE001 yy', 12, 'xxxx…'],
    ['not at all, when it fits', 'short', 5, 'short'],
  ])('is cut %s', (_, text, max, expected) => {
    expect(cutAtWord(text, max)).toBe(expected)
  })
})
