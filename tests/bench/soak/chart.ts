import { median } from '../measure.ts'

const bars = [...'▁▂▃▄▅▆▇█']

/** One line: the least, a bar per sample from nothing to the most, the most. */
export function chartOf(name: string, samples: number[]): string {
  const [low, high] = [Math.min(...samples), Math.max(...samples)]
  const line = samples.map((sample) => {
    const share = high === 0 ? 0 : sample / high
    return bars[Math.min(bars.length - 1, Math.floor(share * bars.length))]
  })
  return `${name.padEnd(22)} ${shown(low)} ${line.join('')} ${shown(high)}`
}

const shown = (value: number) => value.toFixed(value < 10 ? 1 : 0).padStart(6)

/** How much the middle of the last third lies above that of the third before it. */
export function growth(samples: number[]): number {
  const third = Math.floor(samples.length / 3)
  const [before, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)]
  return median(last) / Math.max(median(before), 1e-9)
}
