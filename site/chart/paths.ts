type Values = (number | null)[]

/**
 * A line through the middles of steps that are one unit wide; never over a hole. A value that stands alone is a dash as
 * wide as its step. `heightOf` is a whole number, because a line of hundreds of points is most of its page.
 */
export function linePath(values: Values, heightOf: (value: number) => number): string {
  let path = ''
  let before: number | null = null
  values.forEach((value, index) => {
    if (value === null) {
      before = null
      return
    }
    const at = heightOf(value)
    if (before !== null) path += `${path.endsWith('l') ? '' : ' '}1 ${at - before}`
    else if (values[index + 1] == null) path += `M${index} ${at}h1`
    else path += `M${index}.5 ${at}l`
    before = at
  })
  return path
}

/** A bar from `floor` upwards for each step that has something to show. */
export function barsPath(values: Values, floor: number, heightOf: (value: number) => number) {
  return values
    .map((value, index) => (value ? `M${index} ${floor}h1v-${heightOf(value)}h-1z` : ''))
    .join('')
}
