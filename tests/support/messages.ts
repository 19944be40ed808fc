import { readdir } from 'node:fs/promises'
import type { Message } from '../../api/domain/message.ts'

export type Messages = Record<string, Message>

const folder = new URL('../../api/domain/messages/', import.meta.url)
/** What only operators read stays English. */
const operators = new Set([
  'alert.ts',
  'alerts.ts',
  'console.ts',
  'maintenances.ts',
  'monitoring.ts',
  'probe-fields.ts',
  'probes.ts',
  'reviews.ts',
  'subscribers.ts',
  'telling.ts',
  'watch.ts',
])
const files = (await readdir(new URL('en/', folder))).filter((file) => !operators.has(file))

/** All messages of a language that the public reads, as its files say them. */
export async function messagesOf(locale: string): Promise<Messages> {
  const parts = files.map(async (file): Promise<Messages[]> => {
    const module = (await import(new URL(`${locale}/${file}`, folder).href)) as object
    return Object.values(module)
  })
  return Object.assign({}, ...(await Promise.all(parts)).flat()) as Messages
}

/** The same as it is registered. */
export async function joinedMessagesOf(locale: string): Promise<Messages> {
  const module = (await import(new URL(`${locale}.ts`, folder).href)) as Record<string, Messages>
  return module[locale]!
}

/** Every sentence of a message, with the plural category for which it is said. */
export function formsOf(message: Message): [category: string, sentence: string][] {
  return typeof message === 'string' ? [['', message]] : Object.entries(message)
}

export function sentencesOf(messages: Messages): [key: string, sentence: string][] {
  return Object.entries(messages).flatMap(([key, message]) =>
    formsOf(message).map(([category, sentence]): [string, string] => [
      category ? `${key} (${category})` : key,
      sentence,
    ]),
  )
}
