import { describe, expect, test } from 'vitest'
import { convertMarkdown, plainWords } from '../../../api/domain/letters/letter-markup.ts'
import { assertTemplate, fill, type Gap } from '../../../api/domain/template.ts'
import { prose } from '../../../site/prose.ts'

const texts: Record<Gap, string> = {
  component: 'Checkout',
  components: 'Checkout, Search',
  time: '03:05 UTC',
  impact: 'major outage',
  duration: '12 minutes',
  page: 'Corner Shop',
  reason: 'HTTP 503',
}

/** The body `{component}` stands in, filled with the text. */
function bodyWith(text: string, body = '{component}'): string {
  return fill({ title: '', body }, { ...texts, component: text }).body
}

describe('filling', () => {
  test('each gap is filled wherever it stands', () => {
    const title = '{component} at {time}'
    const body =
      '**{component}** is down since {time}: {reason}.\n\n- {components}\n- {impact}, {duration}'
    expect(fill({ title, body }, texts)).toEqual({
      title: 'Checkout at 03:05 UTC',
      body: '**Checkout** is down since 03:05 UTC: HTTP 503.\n\n- Checkout, Search\n- major outage, 12 minutes',
    })
  })

  test('a title is one plain line of at most 200 characters', () => {
    const { title } = fill({ title: '{component}\n*{page}*', body: '' }, { ...texts, page: 'A_b' })
    expect(title).toBe('Checkout *A_b*')
    expect(
      fill({ title: '{page}', body: '' }, { ...texts, page: 'x'.repeat(500) }).title,
    ).toHaveLength(200)
  })

  test.each([
    ['a name with parentheses', 'API (v2)'],
    ['a name with a dash', 'EU-West 1: api.example.com'],
    ['a name with an underscore inside', 'us_east_1'],
    ['a name with an ampersand', 'R&D + Sales'],
    ['a sentence', "It's down! 50 % of 3 > 2."],
  ])('%s needs no backslash', (_sentence, text) => {
    expect(bodyWith(text)).toBe(text)
  })

  test.each([
    ['a gap', '{page} {components}'],
    ['emphasis', '*a* **b** _c_ __d__ a*b*c'],
    ['a link', '[click](https://evil.example)'],
    ['a picture', '![x](https://evil.example/x.png)'],
    ['a bare address', 'see https://evil.example/x and mailto:a@b.example'],
    ['an address in angle brackets', '<https://evil.example>'],
    ['HTML', '<b onclick="x()">bold</b><script>1</script>'],
    ['code', '`a` ``b``'],
    ['an entity', '&amp; &#42; &lt;b&gt;'],
    ['backslashes', String.raw`C:\dir\* \_x\_ \\`],
    ['a heading', '# Not a heading #'],
    ['an item', '- not an item'],
    ['a numbered item', '12. not an item'],
    ['a number with a parenthesis', '1) not an item'],
    ['a quote', '> not a quote'],
    ['a line', '---'],
    ['an underline', '==='],
    ['a fence', '~~~'],
    ['a reference', '[a]: https://evil.example'],
    ['dollars that a replacement could read', "$& $1 $' $$"],
  ])('%s: in a gap it is no markup, on the page or in a chat', (_sentence, text) => {
    for (const [before, after] of [
      ['', ''],
      ['Down: ', ' since today.'],
      ['First\n', '\nlast'],
      ['- ', ' is down'],
      ['# ', ''],
      ['> ', ''],
      ['**', '**'],
    ] as const) {
      const body = bodyWith(text, `${before}{component}${after}`)
      expect(read(prose(body)), body).toBe(
        read(prose(`${before}GAP${after}`)).replace('GAP', () => text),
      )
      expect(convertMarkdown(body, plainWords)).toBe(
        convertMarkdown(`${before}GAP${after}`, plainWords).replace('GAP', () => text),
      )
    }
  })

  test.each([
    ['line breaks', 'a\n\n# b\r\n\tc', 'a # b c'],
    ['control characters', 'a\u0000b\u0007', 'a b'],
    ['line separators', 'a\u2028b', 'a b'],
  ])('%s become a space', (_sentence, text, expected) => {
    expect(bodyWith(text)).toBe(expected)
  })

  test.each([
    [
      'a number and the dot behind the gap make no item',
      '1',
      '{component}. Checkout',
      '1. Checkout',
    ],
    ['an ampersand and what follows make no entity', '&lt', '{component};', '&lt;'],
    [
      'an exclamation mark makes no picture of a link',
      'Oh!',
      '{component}[x](https://a.example)',
      'Oh!x',
    ],
    ['a colon makes no address', 'https:', '{component}//a.example', 'https://a.example'],
  ])('%s', (_sentence, text, body, expected) => {
    expect(read(prose(bodyWith(text, body)))).toBe(`<p>${expected}</p>`)
  })
})

/** HTML with its characters unescaped, so that only elements that were made are left as such; links without their address. */
function read(html: string): string {
  return html
    .replaceAll(/<\/?a[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

describe('saving', () => {
  test('a template with every gap is accepted', () => {
    const every = Object.keys(texts)
      .map((gap) => `{${gap}}`)
      .join(' ')
    expect(() =>
      assertTemplate({ title: every, body: `${every} [x](https://a.example) {page}` }),
    ).not.toThrow()
  })

  test.each([
    [
      'an unknown gap',
      { title: '', body: 'a\nb {compnent} c' },
      'body',
      /^\{compnent\} in line 2, character 3 is not a gap; .*\{component\}/,
    ],
    [
      'a gap with a space',
      { title: '{ component }', body: 'a' },
      'title',
      /^\{ component \} in line 1, character 1 is not a gap/,
    ],
    ['no gap', { title: '', body: 'a {}' }, 'body', /^\{\} in line 1, character 3 is not a gap/],
    [
      'a brace that is not closed',
      { title: '{component', body: 'a' },
      'title',
      /^\{ in line 1, character 1 has no counterpart/,
    ],
    [
      'a brace that was not opened',
      { title: '', body: '{component}}' },
      'body',
      /^\} in line 1, character 12 has no counterpart/,
    ],
    [
      'braces in braces',
      { title: '', body: '{{component}}' },
      'body',
      /^\{ in line 1, character 1 has no counterpart/,
    ],
    ['a gap in another writing', { title: '', body: '{Component}' }, 'body', /is not a gap/],
    ['a gap in code', { title: '', body: 'a `{component}`' }, 'body', /stands in code/],
    [
      'a gap in an address',
      { title: '', body: '[x](https://a.example/{component})' },
      'body',
      /stands in the address/,
    ],
    [
      'a gap behind a backslash',
      { title: '', body: String.raw`\{component}` },
      'body',
      /behind a backslash/,
    ],
  ])('%s is refused with its place', (_sentence, template, path, message) => {
    const refusal = refusalOf(() => assertTemplate(template))
    expect(refusal).toMatchObject({
      code: 'invalid',
      fields: expect.arrayContaining([{ path, message: expect.stringMatching(message) }]),
    })
  })
})

function refusalOf(verb: () => void): unknown {
  try {
    verb()
    return null
  } catch (error) {
    return error
  }
}
