import { readdirSync, readFileSync } from 'node:fs'

/** Time that the threads of a process have run so far, in ms, finer than the hundredths of a second of `cpuTime`. */
export function runTime(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6
}
