import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../site')

/** Mails are left out: their programs know nothing but left and right. */
const files = (await readdir(root, { recursive: true })).filter(
  (file) => /\.(astro|css)$/.test(file) && !/mail/i.test(file),
)

/** The declarations in a stylesheet or in the styles of a component. */
async function declarationsIn(file: string): Promise<[property: string, value: string][]> {
  const text = await readFile(join(root, file), 'utf8')
  const styles = file.endsWith('.css')
    ? text
    : [...text.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].map(([, style]) => style).join('\n')
  const plain = styles.replaceAll(/\/\*[^]*?\*\//g, '')
  return [...plain.matchAll(/(?<=[{;]\s*)([a-z-]+):\s*([^;{}]+);/g)].map(([, property, value]) => [
    property!,
    value!,
  ])
}

const sides = /(^|-)(left|right)(-|$)/
const corners = /^border-(top|bottom)-(left|right)-radius$/
const shorthands = new Set(['margin', 'padding', 'inset', 'border-width', 'border-color'])

function isPhysical([property, value]: [string, string]): boolean {
  if (sides.test(property) || corners.test(property)) return true
  if (['text-align', 'float', 'clear'].includes(property)) return /left|right/.test(value)
  const [, right, , left] = value.match(/[\w.-]+\([^)]*\)|\S+/g) ?? []
  return shorthands.has(property) && left !== undefined && left !== right
}

describe('styles follow the way in which a language is written', () => {
  test.each([
    ['a side', ['padding-left', '1rem'], true],
    ['a corner', ['border-top-right-radius', '1rem'], true],
    ['a place', ['left', '0'], true],
    ['an alignment', ['text-align', 'right'], true],
    ['four values that differ', ['padding', '1rem 0 1rem 2rem'], true],
    ['four values that do not', ['padding', '1rem 2rem 0 2rem'], false],
    ['a beginning', ['padding-inline-start', '1rem'], false],
  ] as const)('%s is known', (_, [property, value], physical) => {
    expect(isPhysical([property, value])).toBe(physical)
  })

  test.each(files)('%s knows neither left nor right', async (file) => {
    expect((await declarationsIn(file)).filter(isPhysical)).toEqual([])
  })

  test('there are styles to look at', async () => {
    const all = await Promise.all(files.map(declarationsIn))
    expect(all.flat().length).toBeGreaterThan(500)
  })
})
