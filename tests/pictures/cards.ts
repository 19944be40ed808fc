import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { colourOf, signOf } from '../../api/domain/sign.ts'
import { componentStatuses, type ComponentStatus } from '../../api/domain/words.ts'

// Draws the cards that social networks show beside a link: no words, so that one serves all languages. `sharp` is Astro's. Usage: node tests/pictures/cards.ts

const folder = join(import.meta.dirname, '../../site/cards')
const [width, height] = [1200, 630]
const bars = 45
/** Of today: the worse, the taller, as on the page. */
const heights = {
  operational: 48,
  under_maintenance: 48,
  degraded_performance: 64,
  partial_outage: 78,
  major_outage: 92,
}

function cardOf(status: ComponentStatus | null): string {
  const colour = status ? colourOf[status] : '#59626c'
  const sign = status ? signOf[status] : 'M5 6.5h6M5 9.5h6'
  const marks = Array.from({ length: bars }, (_, index) => {
    const isToday = index === bars - 1
    const [tall, fill] = isToday ? [heights[status ?? 'operational'], colour] : [48, '#c9d2cd']
    return `<rect x="${150 + index * 20.2}" y="${520 - tall}" width="12" height="${tall}" rx="3" fill="${fill}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="#fbfbf9"/><rect width="100%" height="14" fill="${colour}"/>
    <g transform="translate(480 105) scale(15)"><circle cx="8" cy="8" r="8" fill="${colour}"/>
    <path d="${sign}" fill="none" stroke="#fff" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></g>
    ${marks.join('')}</svg>`
}

await mkdir(folder, { recursive: true })
for (const status of [...componentStatuses, null]) {
  const path = join(folder, `${status ?? 'page'}.png`)
  const { size } = await sharp(Buffer.from(cardOf(status)))
    .png({ palette: true, colours: 16, compressionLevel: 9 })
    .toFile(path)
  console.log(`${path}: ${size} bytes`)
}
