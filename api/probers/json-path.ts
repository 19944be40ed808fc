import { JSONPathEnvironment, type JSONValue } from 'json-p3'
import type { JsonExpectation } from '../domain/question.ts'

const environment = new JSONPathEnvironment()
// Regular expressions of JSONPath become JavaScript's, and those can take for ever.
environment.functionRegister.delete('match')
environment.functionRegister.delete('search')

const LONGEST_PATH = 500

/** What is wrong with a JSONPath, in the parser's words; null when nothing is. */
export function complaintAboutPath(path: string): string | null {
  if (path.length > LONGEST_PATH) return `must be at most ${LONGEST_PATH} characters`
  if (couldTakeLong(path))
    return 'may search the whole document once: one `..` at most, none with a filter, and no $ inside a filter'
  try {
    environment.compile(path)
    return null
  } catch (error) {
    return `must be a JSONPath (RFC 9535): ${(error as Error).message}`.slice(0, LONGEST_PATH)
  }
}

/** Searches inside searches grow with the square of the document and more. */
function couldTakeLong(path: string): boolean {
  const bare = path.replace(/'(\\.|[^'\\])*'|"(\\.|[^"\\])*"/g, "''")
  const [descents, roots] = [bare.split('..').length - 1, bare.split('$').length - 1]
  return descents > 1 || (bare.includes('?') && (descents > 0 || roots > 1))
}

/** The first expectation that a body does not meet, as a sentence; empty when it meets all. */
export function jsonComplaint(body: string, expectations: JsonExpectation[]): string {
  if (expectations.length === 0) return ''
  let document: JSONValue
  try {
    document = JSON.parse(body)
  } catch {
    return 'the body is not JSON'
  }
  for (const expectation of expectations) {
    const complaint = complaintOf(document, expectation)
    if (complaint) return complaint
  }
  return ''
}

function complaintOf(document: JSONValue, expectation: JsonExpectation): string {
  const { path, exists } = expectation
  const found = valuesAt(document, path)
  if (found === null) return `${path} cannot be looked up in this body`
  if (exists === false) return found.length === 0 ? '' : `${path} is there, and should not be`
  if (found.length === 0) return `the body has no ${path}`
  for (const value of found) {
    const wanted = wantedOf(value, expectation)
    if (wanted) return `${path} is ${shown(value)} instead of ${wanted}`
  }
  return ''
}

/** Null when the document is nested too deeply to be searched. */
function valuesAt(document: JSONValue, path: string): JSONValue[] | null {
  try {
    return environment.query(path, document).values() as JSONValue[]
  } catch {
    return null
  }
}

/** What a value should have been; empty when it is that. */
function wantedOf(value: JSONValue, expectation: JsonExpectation): string {
  const { equals, contains, greater_than: low, less_than: high } = expectation
  if (equals !== undefined && value !== equals) return shown(equals)
  if (contains !== undefined && !(typeof value === 'string' && value.includes(contains)))
    return `something with ${shown(contains)}`
  if (low !== undefined && !(typeof value === 'number' && value > low)) return `more than ${low}`
  if (high !== undefined && !(typeof value === 'number' && value < high)) return `less than ${high}`
  return ''
}

function shown(value: JSONValue): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value)
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}
