import type { Reporter, TestModule } from 'vitest/node'

/** What one scenario found out. */
export type Finding = {
  scenario: string
  recipients: number
  kills: number
  missed: number
  duplicates: number
}

declare module 'vitest' {
  interface TaskMeta {
    finding?: Finding
  }
}

/** Prints the table of all scenarios when the run has ended. */
export default class FaultReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const findings = modules
      .flatMap((module) => [...module.children.allTests()])
      .map((test) => test.meta().finding)
      .filter((finding) => finding !== undefined)
    // eslint-disable-next-line no-console
    console.table(findings)
  }
}
