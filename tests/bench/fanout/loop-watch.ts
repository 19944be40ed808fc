import { appendFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

// Loaded into a service before its own code: every 100 ms one line of when, and how long its event loop stood still.

const watch = monitorEventLoopDelay({ resolution: 1 })
watch.enable()
setInterval(() => {
  appendFileSync(process.env['LOOP_WATCH']!, `${Date.now()} ${watch.max / 1e6}\n`)
  watch.reset()
}, 100).unref()
