import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const ways = {
  undici: 'bare undici, connections kept',
  'undici-afresh': 'bare undici, a connection each',
  fetch: 'bare fetch, connections kept',
} as const

export type Pace = { url: string; count: number; interval: number; settles: number; lasts: number }

/** CPU time per check, in ms, of a process that does nothing but ask at that pace. */
export async function bareCost(
  way: keyof typeof ways,
  { url, count, interval, settles, lasts }: Pace,
): Promise<number> {
  const args = [join(import.meta.dirname, 'asker.ts'), way, url]
  for (const figure of [count, interval, settles, lasts]) args.push(String(figure))
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { checks, cpu } = JSON.parse(stdout) as { checks: number; cpu: number }
  return cpu / checks
}
