import { readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

type Instance = { instance: string; pid: number; host: string }

/**
 * Writes down who works in DATA_DIR from now on, and hands what the one before had in its hands to `release`: but only
 * when it is certainly dead, because two who send the same batch at once could tell somebody twice.
 */
export async function succeed(
  dir: string,
  instance: string,
  release: (instance: string) => Promise<void>,
): Promise<void> {
  const file = join(dir, 'instance')
  const before = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Instance,
    () => null,
  )
  if (before && before.instance !== instance && isDead(before)) await release(before.instance)
  const mine: Instance = { instance, pid: process.pid, host: hostname() }
  await writeFile(file, JSON.stringify(mine))
}

/** Known of processes of this host only; a container restarts under its old name and number. */
function isDead({ pid, host }: Instance): boolean {
  if (host !== hostname()) return false
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
