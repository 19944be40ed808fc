import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

export type Throughput = {
  /** Requests per second. */
  speed: number
  /** CPU time of the server per request, in microseconds: on a busy machine it says more. */
  cpu: number
}

/** How fast the process `pid` answers over `seconds`, after a short warm-up. */
export async function throughput(url: string, pid: number, seconds = 5): Promise<Throughput> {
  const options = { url, connections: 50, headers: { 'accept-encoding': 'br' } }
  await autocannon({ ...options, duration: 1 })
  const before = cpuTime(pid)
  const { requests, non2xx } = await autocannon({ ...options, duration: seconds })
  if (non2xx > 0) throw new Error(`${non2xx} answers of ${url} were not 2xx`)
  return { speed: requests.average, cpu: ((cpuTime(pid) - before) * 1000) / requests.total }
}

/** Milliseconds, and of these CPU time, from the start of a process to its first 200. */
export async function startTime(args: string[], env: Record<string, string>, url: string) {
  const startedAt = performance.now()
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'ignore',
  })
  while (true) {
    const found = await fetch(url).catch(() => null)
    await found?.arrayBuffer()
    if (found?.ok) return { ms: performance.now() - startedAt, cpu: cpuTime(child.pid!), child }
    if (performance.now() - startedAt > 30_000) throw new Error(`${url} does not answer`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Resident memory of a process, in MB. */
export function residentMegabytes(pid: number): number {
  return statusOf(pid, 'VmRSS')
}

/** The most it ever was. */
export function peakMegabytes(pid: number): number {
  return statusOf(pid, 'VmHWM')
}

function statusOf(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
}

/** CPU time of a process so far, all threads, user and system, in ms. */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number) as [number, number]
  // Linux counts it in hundredths of a second.
  return (user + system) * 10
}

export async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

/** The value below which a share of the samples lies. */
export function percentile(samples: number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

export function median(samples: number[]): number {
  return percentile(samples, 0.5)
}

/** The median with the extremes, as `485 (470-520)`. */
export function spread(samples: number[], digits = 0): string {
  const [low, high] = [Math.min(...samples), Math.max(...samples)]
  const [middle, ...ends] = [median(samples), low, high].map((value) => value.toFixed(digits))
  return `${middle} (${ends.join('-')})`
}
