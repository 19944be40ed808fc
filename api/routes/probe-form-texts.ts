import type { FieldError } from '../domain/error.ts'
import { speak } from '../domain/message.ts'
import { parseSpan } from '../domain/span.ts'
import type { Fields } from './forms.ts'

const say = speak('en')

/** A form that is being read, and what could not be read of it. */
export type Read = { form: Fields; wrong: FieldError[] }

/** A browser ends lines as mails do. */
export function textOf({ form }: Read, name: string): string {
  return ([form[name] ?? ''].flat()[0] ?? '').replaceAll('\r\n', '\n')
}

export function lines(read: Read, name: string): string[] {
  return textOf(read, name)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}

export function list(read: Read, name: string): string[] {
  return textOf(read, name)
    .split(/[\s,;]+/)
    .filter(Boolean)
}

export function optionalList(read: Read, name: string): string[] | undefined {
  const found = list(read, name)
  return found.length === 0 ? undefined : found
}

export function spanIn(read: Read, name: string): number | undefined {
  const text = textOf(read, name).trim()
  if (text === '') return undefined
  const span = text === '0' ? 0 : parseSpan(text)
  if (span !== null) return span
  read.wrong.push({ path: name, message: say('probe.wrong.span') })
  return undefined
}

export function wholeIn(read: Read, name: string): number | undefined {
  const text = textOf(read, name).trim()
  if (text === '') return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  read.wrong.push({ path: name, message: say('probe.wrong.whole') })
  return undefined
}
