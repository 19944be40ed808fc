/** What a page can carry and still be small. */
const MOST_LETTERS = 16_384

/** What is wrong with CSS that is put into every page, or null: it may style, but fetch nothing and end nothing. */
export function complaintAboutCss(css: string): string | null {
  if (css.length > MOST_LETTERS)
    return `has ${css.length} characters; it must be at most ${MOST_LETTERS}`
  if (/<\/?style/i.test(css)) return 'must not hold <style> or </style'
  const plain = withoutEscapes(css)
  if (/@import/i.test(plain)) return 'must not hold @import: the page is one request'
  if (/\burl\((?!\s*["']?\s*(data:|#))/i.test(plain))
    return 'must not refer to other files by url(...): only url(data:...) and url(#...)'
  if (/\b(image|image-set|src)\(/i.test(plain))
    return 'must not refer to other files by image(...), image-set(...) or src(...)'
  return null
}

/** `\75rl(` is `url(` to a browser. */
function withoutEscapes(css: string): string {
  return css.replaceAll(/\\(?:([\da-f]{1,6})\s?|([^\n]))/gi, (_, code?: string, letter?: string) =>
    code === undefined ? letter! : letterOf(parseInt(code, 16)),
  )
}

function letterOf(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD'
}
