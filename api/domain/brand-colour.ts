/** What our pages lie on, by scheme: paper, and the cards upon it. */
export const grounds = {
  light: ['#fbfbf9', '#ffffff'],
  dark: ['#101316', '#171b1f'],
} as const

export type Scheme = keyof typeof grounds

/** What WCAG 2.2 asks of text (1.4.3). */
const LEAST_CONTRAST = 4.5

/** What is wrong with an accent in a scheme, or null. */
export function complaintAboutAccent(colour: string, scheme: Scheme): string | null {
  if (!/^#[\da-f]{6}$/i.test(colour)) return 'must be a colour such as #14598c'
  const [ground, contrast] = grounds[scheme]
    .map((ground) => [ground, contrastOf(colour, ground)] as const)
    .toSorted(([, one], [, other]) => one - other)[0]!
  if (contrast >= LEAST_CONTRAST) return null
  // Rounded down: 4.499 is not 4.5.
  const told = (Math.floor(contrast * 10) / 10).toFixed(1)
  return `has a contrast of ${told}:1 to the ${scheme} background ${ground}; it must be at least ${LEAST_CONTRAST}:1`
}

/** 1 to 21, by the formula of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). */
export function contrastOf(one: string, other: string): number {
  const [darker, lighter] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b)
  return (lighter! + 0.05) / (darker! + 0.05)
}

function luminanceOf(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
