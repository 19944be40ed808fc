import { createClient } from '@libsql/client'
import { eventually, type Service } from '../support/service.ts'
import type { Lab } from './lab.ts'
import type { Kind } from './post.ts'
import { left, pause } from './waiting.ts'

/** Kills a service in the middle of sending `kind`, at a moment of chance, and starts it again. */
export async function killSometime(lab: Lab, service: Service, kind: Kind): Promise<void> {
  let striking: Promise<unknown> | undefined
  const phase = lab.chance() < 0.5 ? 'before' : 'after'
  const wait = lab.chance() < 0.3 ? lab.chance() * 60 : 0
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
      await pause(5)
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
