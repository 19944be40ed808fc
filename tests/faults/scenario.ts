import { test, type TestContext } from 'vitest'
import { patience } from '../support/service.ts'
import { isFull, seed } from './chance.ts'

/** By their numbers faults are known; those without one came later. */
type Scenario = { number: number | null; name: string }

/** What one scenario found out. */
export type Finding = {
  recipients: number
  kills: number
  missed: number
  duplicates: number
  /** Copies that the fault makes unavoidable. */
  bound: number
}

declare module 'vitest' {
  interface TaskMeta {
    scenario?: Scenario
    finding?: Finding
  }
}

type Options = {
  /** Left out of the run of every day. */
  onlyFull?: boolean
  /** What it may take on a machine that is not busy. */
  seconds?: number
}

/** A test of what holds whatever goes wrong, and a row of the table. */
export function scenario(
  number: number | null,
  name: string,
  run: (context: TestContext) => Promise<void>,
  { onlyFull = false, seconds = 180 }: Options = {},
): void {
  const title = `${number ?? '+'} ${name} (seed ${seed})`
  test.skipIf(onlyFull && !isFull)(title, { timeout: seconds * patience * 1000 }, (context) => {
    context.task.meta.scenario = { number, name }
    return run(context)
  })
}
