import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Order, Tally } from './counter.ts'

export type Office = {
  url: string
  pid: number
  /** Requests per second that it allows; 0 refuses all of them. */
  allow(perSecond: number): void
  /** Forgets whom it has told. */
  forget(): void
  tally(): Promise<Tally>
  /** The last request that it accepted. */
  lastBody(): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

/** Announced and allowed where there is to be no limit. */
export const UNLIMITED = 100_000

/** So many are told at least before the code of a sender is warm. */
export const WARM = 20_000

/** Somebody else's post office in a process of its own. */
export async function openOffice(people: number): Promise<Office> {
  const child = fork(join(import.meta.dirname, 'counter.ts'), [String(Math.max(people, WARM))])
  const { port } = await next<{ port: number }>(child)
  const order = (order: Order) => void child.send(order)
  async function ask<T>(kind: 'tally' | 'body'): Promise<T> {
    const answer = next<T>(child)
    order({ kind })
    return answer
  }
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    allow: (perSecond) => order({ kind: 'limit', perSecond }),
    forget: () => order({ kind: 'reset' }),
    tally: async () => (await ask<{ tally: Tally }>('tally')).tally,
    lastBody: async () => (await ask<{ body: string }>('body')).body,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await ended
    },
  }
}

function next<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the counter ended with ${code}`)))
    child.once('message', (message) => {
      child.removeAllListeners('exit')
      resolve(message as T)
    })
  })
}
