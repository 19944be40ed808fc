import { openSync, readSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

/** A time that all processes of a scenario share: `start` when our clocks show `origin`, from then on `speed` times as fast; it jumps when `file` says so. */
export type SharedTime = { origin: number; start: number; speed: number; file: string }

/** How old what was read of the file may be, in milliseconds. */
const FRESH = 5

/** Epoch milliseconds in a shared time, made from the machine's own clock. */
export function clockOf(time: SharedTime, machine: () => number = Date.now.bind(Date)) {
  // Kept open: a process that may open no file any more has a clock all the same.
  const file = openSync(time.file, 'r')
  const bytes = Buffer.alloc(20)
  let jumped = 0
  let readAt = -Infinity
  return () => {
    if (performance.now() - readAt > FRESH) {
      const length = readSync(file, bytes, 0, bytes.length, 0)
      // Empty while it is being written.
      if (length > 0) jumped = Number(bytes.toString('latin1', 0, length))
      readAt = performance.now()
    }
    return Math.round(time.start + (machine() - time.origin) * time.speed + jumped)
  }
}

/** Sets how far all clocks of a shared time have jumped, in milliseconds, and waits until each of them shows it. */
export async function setJumped(time: SharedTime, jumped: number): Promise<void> {
  await writeFile(time.file, String(jumped))
  await setTimeout(2 * FRESH)
}
