/** At most so many UTF-16 units of a text: cut at a word where there is one, never inside a character or a place. */
export function cutAtWord(text: string, max: number): string {
  if (text.length <= max) return text
  let end = max - 1
  const begun = text.lastIndexOf('\uE000', end - 1)
  if (begun > text.lastIndexOf('\uE001', end - 1)) end = begun
  const space = text.lastIndexOf(' ', end)
  const line = text.lastIndexOf('\n', end)
  const word = Math.max(space, line)
  const kept = text.slice(0, word > end * 0.7 ? word : end).toWellFormed()
  return `${kept.replace(/[\s.,;:（、。।\uFFFD\u200D]+$/, '')}…`
}

/** The longest beginning of a text whose rendering is no longer than `max`; rendering may lengthen it in any way. */
export function cutToFit(text: string, max: number, rendered: (text: string) => string): string {
  let size = max
  while (true) {
    const result = rendered(cutAtWord(text, size))
    if (result.length <= max || size < 20) return result.length <= max ? result : ''
    size = Math.floor(size * 0.8)
  }
}

/** The most generous of the builds, tried in their order, that fits; the last one otherwise. */
export function firstToFit<T>(
  choices: T[],
  build: (choice: T) => string,
  fits: (built: string) => boolean,
): string {
  let built = ''
  for (const choice of choices) {
    built = build(choice)
    if (fits(built)) break
  }
  return built
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}
