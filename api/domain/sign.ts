import type { ComponentStatus } from './words.ts'

/** The colour of each status where no style sheet reaches: tabs of browsers, badges. White text on it is legible (4.5:1). */
export const colourOf: Record<ComponentStatus, string> = {
  operational: '#157347',
  under_maintenance: '#2f62bd',
  degraded_performance: '#8a5b00',
  partial_outage: '#b34b0b',
  major_outage: '#b8242b',
}

/** The sign of each status in a box of 16 by 16, as the path of a stroke: colour never tells alone. */
export const signOf: Record<ComponentStatus, string> = {
  operational: 'M4.5 8.3l2.4 2.4 4.6-5.2',
  under_maintenance: 'M6.2 5.2v5.6M9.8 5.2v5.6',
  degraded_performance: 'M4.8 8h6.4',
  partial_outage: 'M8 4.2v4.6M8 11.4v.2',
  major_outage: 'M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2',
}

/** A dot with its sign as SVG, 16 by 16; grey with lines where it is about no status. */
export function dotOf(status: ComponentStatus | null): string {
  return (
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>` +
    `<circle cx='8' cy='8' r='8' fill='${status ? colourOf[status] : '#868e96'}'/>` +
    `<path d='${status ? signOf[status] : 'M5 6.5h6M5 9.5h6'}' fill='none' stroke='#fff' stroke-width='1.8' stroke-linecap='round'/></svg>`
  )
}
