import type { ComponentStatus } from '../api/domain/words.ts'

const colours: Record<ComponentStatus, string> = {
  operational: '1c9560',
  under_maintenance: '3a72d4',
  degraded_performance: 'b87a00',
  partial_outage: 'db6419',
  major_outage: 'c62d33',
}

const signs: Record<ComponentStatus, string> = {
  operational: 'M4.5 8.3l2.4 2.4 4.6-5.2',
  under_maintenance: 'M6.2 5.2v5.6M9.8 5.2v5.6',
  degraded_performance: 'M4.8 8h6.4',
  partial_outage: 'M8 4.2v4.6M8 11.4v.2',
  major_outage: 'M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2',
}

/** A state as the browser's tab shows it: a coloured dot with its sign; grey where a page is about none. */
export function favicon(status?: ComponentStatus): string {
  const svg =
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>` +
    `<circle cx='8' cy='8' r='8' fill='#${status ? colours[status] : '868e96'}'/>` +
    `<path d='${status ? signs[status] : 'M5 6.5h6M5 9.5h6'}' fill='none' stroke='#fff' stroke-width='1.8' stroke-linecap='round'/></svg>`
  return `data:image/svg+xml,${svg.replaceAll('#', '%23').replaceAll('<', '%3C').replaceAll('>', '%3E')}`
}
