/** An SVG that consists of its attributes and what is in it. */
export function svg(attributes: string, inside = ''): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inside}</svg>`
}

/** A word mark of 120 by 32. */
export const bird = svg(
  'width="120" height="32" viewBox="0 0 120 32"',
  '<path d="M4 22c10-16 18-16 24-6 6-10 14-10 24 6-10-8-16-8-24 0-8-8-14-8-24 0z" fill="#0f5f6b"/>',
)

/** A PNG of one pixel. */
export const dot =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

export function uri(svg: string): string {
  return `data:image/svg+xml;base64,${btoa(svg)}`
}
