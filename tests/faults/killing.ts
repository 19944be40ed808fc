import { readdir, readFile } from 'node:fs/promises'
import { createClient } from '@libsql/client'
import { eventually, type Service } from '../support/service.ts'
import type { Lab } from './lab.ts'
import type { Kind, Phase } from './post.ts'
import { left, pause } from './waiting.ts'

const phases: Phase[] = ['before', 'after', 'instead']

/** Kills a service in the middle of sending `kind`, at a moment of chance unless told when, and starts it again. */
export async function killSometime(
  lab: Lab,
  service: Service,
  kind: Kind,
  given?: Phase,
): Promise<void> {
  let striking: Promise<unknown> | undefined
  const phase = given ?? phases[Math.floor(lab.chance() * phases.length)]!
  const wait = !given && lab.chance() < 0.3 ? lab.chance() * 60 : 0
  // A later moment hits between requests too: while something is claimed, composed or written down.
  void lab.office.stepIn(kind, 1 + Math.floor(lab.chance() * 3), phase, async () => {
    striking = pause(wait).then(() => service.kill('SIGKILL'))
    if (wait === 0) await striking
  })
  const isOver = async () => striking !== undefined || (await left(lab)) === 0
  await eventually('there is something to kill', isOver, 60)
  lab.office.letPass()
  if (!striking) return
  await striking
  lab.kills++
  await service.restart()
}

/** Stops a process while it holds nothing that others wait for: a write lock that is never given back is another story. */
export async function standStill(lab: Lab, service: Service): Promise<void> {
  const client = createClient({ url: lab.databaseUrl, timeout: 0 })
  try {
    await eventually('it holds no lock', async () => {
      service.signal('SIGSTOP')
      await eventually('none of it moves', () => isStill(service.pid()))
      try {
        await (await client.transaction('write')).rollback()
        return true
      } catch {
        service.signal('SIGCONT')
        client.reconnect()
        return false
      }
    })
  } finally {
    client.close()
  }
}

/** A thread that is at work in the kernel, and may come back with a lock, stops only after that. */
async function isStill(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`)
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')),
  )
  return stats.every((stat) => stat.slice(stat.lastIndexOf(')') + 2).startsWith('T'))
}
