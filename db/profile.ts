import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { DomainError, type FieldError } from '../api/domain/error.ts'
import { profileSchema, type Profile } from './profile-schema.ts'

/** Where there are files, the logo may be one: its `data:` URI. */
type InlineLogo = (path: string) => string

/** Parses a profile; `file` is its name in messages, each of which says file, line and field. */
export function readProfile(file: string, text: string, inline?: InlineLogo): Profile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const lineAt = (offset: number) => lines.linePos(offset).line
  if (document.errors.length > 0)
    throw refusal(
      document.errors.map(({ pos, message }) => ({
        path: `${file}:${lineAt(pos[0])}`,
        message: message.replaceAll('\n', ' '),
      })),
    )
  const refuse = (wrong: { path: PropertyKey[]; message: string }[]) =>
    refusal(
      wrong.map(({ path, message }) => ({
        path: `${file}:${lineAt(offsetOf(document, path))} ${path.join('.')}`.trim(),
        message,
      })),
    )
  try {
    if (inline) inlineLogo(document, inline)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw refuse([{ path: logo, message: error.message }])
  }
  const parsed = profileSchema.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  throw refuse(parsed.error.issues.flatMap(fieldErrors))
}

const logo = ['page', 'brand', 'logo']

function inlineLogo(document: Document, inline: InlineLogo): void {
  const given = document.getIn(logo, true)
  if (!isScalar(given) || typeof given.value !== 'string') return
  if (given.value !== '' && !given.value.startsWith('data:')) given.value = inline(given.value)
}

function refusal(fields: FieldError[]): DomainError {
  const sentences = fields.map(({ path, message }) => `${path}: ${message}`)
  return new DomainError('invalid', sentences.join('\n'), { fields })
}

function fieldErrors(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not known here' }))
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return [{ path: issue.path, message: isMissing ? 'is missing' : issue.message }]
}

/** Where the key of a field stands, or of the nearest one around it that is there. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true)
    const name = path[length - 1]
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === name)
      if (isPair(pair) && isNode(pair.key) && pair.key.range) return pair.key.range[0]
    } else {
      const item = document.getIn(path.slice(0, length), true)
      if (isNode(item) && item.range) return item.range[0]
    }
  }
  return document.contents?.range?.[0] ?? 0
}
