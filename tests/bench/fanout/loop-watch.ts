import { appendFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

// Loaded into a service before its own code: every 100 ms one line of when, and how long the event loop stood still in
// which pages are answered.

const watch = monitorEventLoopDelay({ resolution: 1 })

function note(): void {
  appendFileSync(process.env['LOOP_WATCH']!, `${Date.now()} ${watch.max / 1e6}\n`)
  watch.reset()
}

if (isMainThread) {
  watch.enable()
  setInterval(note, 100).unref()
}
