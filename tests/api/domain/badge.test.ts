import { assert, constantFrom, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { badgeEndpoint, badgeSvg } from '../../../api/domain/badge.ts'
import { colourOf } from '../../../api/domain/sign.ts'
import { componentStatuses } from '../../../api/domain/words.ts'

const calm = {
  label: 'Corner Shop',
  message: 'All Systems Operational',
  status: 'operational',
} as const

test('a badge says its words to who cannot see it, and its sign to who sees no colours', () => {
  const svg = badgeSvg(calm)
  expect(svg).toMatch(/role="img" aria-label="Corner Shop: All Systems Operational"/)
  expect(svg).toContain('<title>Corner Shop: All Systems Operational</title>')
  const signs = componentStatuses.map(
    (status) => /d="([^"]+)" transform/.exec(badgeSvg({ ...calm, status }))![1],
  )
  expect(new Set(signs).size).toBe(componentStatuses.length)
})

test.each(componentStatuses)('white words are legible on %s', (status) => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colourOf[status].slice(at, at + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  expect(1.05 / (luminance + 0.05)).toBeGreaterThanOrEqual(4.5)
})

test('no name becomes markup, and every text fits its half', () => {
  const text = string({ unit: 'binary', maxLength: 80 })
  assert(
    property(text, text, constantFrom(...componentStatuses), (label, message, status) => {
      const svg = badgeSvg({ label, message, status })
      const tags = [...svg.matchAll(/<\/?([a-zA-Z]+)/g)].map(([, name]) => name)
      expect(new Set(tags)).toEqual(
        new Set(['svg', 'title', 'clipPath', 'rect', 'g', 'path', 'text']),
      )
      expect(tags.length).toBe(18)
      const width = Number(/width="(\d+)"/.exec(svg)![1])
      for (const [, x, length] of svg.matchAll(/x="([\d.]+)" y="14" textLength="(\d+)"/g))
        expect(Number(x) + Number(length)).toBeLessThanOrEqual(width)
    }),
  )
})

test('a long name is cut between letters', () => {
  const svg = badgeSvg({ ...calm, label: '👩🏽'.repeat(80) })
  expect(svg).toContain('…')
  expect(svg.isWellFormed()).toBe(true)
})

test('shields.io is told what it asks for', () => {
  expect(badgeEndpoint({ ...calm, status: 'major_outage' })).toEqual({
    schemaVersion: 1,
    label: 'Corner Shop',
    message: 'All Systems Operational',
    color: 'b8242b',
    isError: true,
    cacheSeconds: 300,
  })
})
