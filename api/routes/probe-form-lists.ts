import { speak } from '../domain/message.ts'
import { lines, textOf, type Read } from './probe-form-texts.ts'

const say = speak('en')

/** Headers as they are to be kept: what is set, without what is ticked to go, and with what is typed as `Name: value`. */
export function readHeaders(read: Read, kept: Record<string, string>): Record<string, string> {
  const gone = new Set([read.form['header_gone[]'] ?? []].flat())
  const headers = new Map(Object.entries(kept).filter(([name]) => !gone.has(name)))
  const typed = new Set<string>()
  for (const line of lines(read, 'headers')) {
    const [, name, value] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? []
    if (!name) {
      const message = say('probe.wrong.header', { line })
      read.wrong.push({ path: 'headers', message })
      continue
    }
    const lower = name.toLowerCase()
    if (typed.has(lower))
      read.wrong.push({ path: 'headers', message: say('probe.wrong.twice', { name }) })
    typed.add(lower)
    // One header is one, however it is written.
    for (const known of headers.keys()) if (known.toLowerCase() === lower) headers.delete(known)
    headers.set(name, value!)
  }
  return Object.fromEntries(headers)
}

type Expectation = Record<string, unknown>

/** Lines of path, condition and value; a line without a path is none. */
export function readExpectations(read: Read): Expectation[] {
  const found: Expectation[] = []
  for (let row = 0; read.form[`json.${row}.path`] !== undefined; row++) {
    const path = textOf(read, `json.${row}.path`).trim()
    const value = textOf(read, `json.${row}.value`)
    if (path === '' && value.trim() === '') continue
    found.push({ path, ...conditionOf(read, row, value) })
  }
  return found
}

function conditionOf(read: Read, row: number, value: string): Expectation {
  const condition = textOf(read, `json.${row}.is`)
  switch (condition) {
    case 'exists':
      return { exists: true }
    case 'missing':
      return { exists: false }
    case 'greater_than':
    case 'less_than': {
      const number = Number(value.trim().replace(',', '.'))
      if (value.trim() === '' || !Number.isFinite(number))
        read.wrong.push({ path: `expect_json.${row}`, message: say('probe.wrong.number') })
      return { [condition]: number }
    }
    case 'contains':
      return { contains: value }
    default:
      return { equals: scalarOf(value) }
  }
}

/** `true`, `12` and `null` are what they are in JSON; anything else is text, and so is what stands in quotes. */
function scalarOf(value: string): unknown {
  const text = value.trim()
  if (!/^(true|false|null|-?\d+(\.\d+)?|".*")$/s.test(text)) return value
  try {
    return JSON.parse(text)
  } catch {
    return value
  }
}
