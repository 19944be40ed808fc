import { appendFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Loaded into a service before its own code: one line every so often of what it holds once the rubbish is out.

export type Vitals = { at: number; rss: number; heap: number; external: number; handles: number }

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

setInterval(() => {
  collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  const handles = process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout').length
  const line: Vitals = {
    at: Date.now(),
    rss: rss / 2 ** 20,
    heap: heapUsed / 2 ** 20,
    external: external / 2 ** 20,
    handles,
  }
  appendFileSync(process.env['VITALS']!, `${JSON.stringify(line)}\n`)
}, Number(process.env['VITALS_EVERY'])).unref()
