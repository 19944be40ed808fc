import type { Filled } from '../domain/letters/letter.ts'

/** TypeScript does not know it yet. To serialisers such an object is the string that it holds as JSON. */
const { rawJSON } = JSON as unknown as { rawJSON(json: string): string }

/** Of pieces that many mails share: each is written as JSON once, not a hundred times per request. */
const written = new WeakMap<readonly string[], string[]>()

/** A text with what is shared already written. It passes through the SDK as a string would. */
export function jsonOf({ pieces, values }: Filled): string {
  let shared = written.get(pieces)
  if (!shared) written.set(pieces, (shared = pieces.map((piece) => inOneByte(inAscii(piece)))))
  let json = `"${shared[0]!}`
  for (let i = 0; i < values.length; i++) json += inAscii(values[i]!) + shared[i + 1]!
  return rawJSON(`${json}"`)
}

export function jsonOfText(text: string): string {
  return rawJSON(`"${inAscii(text)}"`)
}

/** Needs no escaping. */
const plain = /^[ !#-[\]-~]*$/

/**
 * The inside of a JSON string in ASCII: one character beyond Latin-1 makes engines keep the whole request in two bytes per
 * character, which takes three times as long to write and to encode.
 */
function inAscii(text: string): string {
  if (plain.test(text)) return text
  const json = JSON.stringify(text).slice(1, -1)
  return inOneByte(
    json.replace(
      /[^ -~]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** What was taken out of a string of two bytes per character remains one, unless it is decoded anew. */
function inOneByte(ascii: string): string {
  return decoder.decode(encoder.encode(ascii))
}
