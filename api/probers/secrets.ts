import type { HttpQuestion } from '../domain/question.ts'

/** Shorter words are no secrets, and would turn up by chance. */
const SHORTEST = 4

/** A sentence without what was sent in confidence: some targets repeat it in what they answer. */
export function withoutSecrets(
  sentence: string,
  { headers, body }: Pick<HttpQuestion, 'headers' | 'body'>,
): string {
  if (sentence === '') return ''
  const values = Object.values(headers).flatMap((value) => [value, ...value.split(/[\s,;=]+/)])
  return [...values, body]
    .filter((value) => value.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
    .reduce((clean, value) => clean.replaceAll(value, '…'), sentence)
}
