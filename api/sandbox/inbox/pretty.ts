/** Deeper nesting would be more indentation than text. */
const deepest = 50

/** JSON as people read it; anything else as it came. */
export function pretty(text: string): string {
  if (depthOf(text) > deepest) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function depthOf(text: string): number {
  let [depth, most] = [0, 0]
  for (const char of text) {
    if (char === '{' || char === '[') most = Math.max(most, ++depth)
    if (char === '}' || char === ']') depth--
  }
  return most
}
