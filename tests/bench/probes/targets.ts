import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Order, Visits } from './target.ts'

export type Targets = {
  url: string
  breakDown(name: string): void
  mend(name: string): void
  /** Forgets who came. */
  forget(): void
  visits(): Promise<Record<string, Visits>>
  [Symbol.asyncDispose](): Promise<void>
}

/** As many targets as there are names, in a process of their own. */
export async function openTargets(): Promise<Targets> {
  const child = fork(join(import.meta.dirname, 'target.ts'), { execArgv: [] })
  const answers: ((answer: never) => void)[] = []
  child.on('message', (message) => answers.shift()?.(message as never))
  const next = <T>() => new Promise<T>((resolve) => answers.push(resolve))
  const order = (order: Order) => void child.send(order)
  const { port } = await next<{ port: number }>()
  return {
    url: `http://127.0.0.1:${port}`,
    breakDown: (name) => order({ kind: 'break', name }),
    mend: (name) => order({ kind: 'mend', name }),
    forget: () => order({ kind: 'forget' }),
    async visits() {
      const answer = next<{ visits: Record<string, Visits> }>()
      order({ kind: 'tally' })
      return (await answer).visits
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await ended
    },
  }
}
