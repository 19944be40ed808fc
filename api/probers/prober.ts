import type { Sample } from '../domain/probe.ts'
import type { ProbeKind } from '../domain/words.ts'

export type { Sample }

/** What to ask; one row of `probes`, as far as a prober needs it. */
export type Question = {
  url: string
  method: 'GET' | 'HEAD'
  timeout_ms: number
  /** Accepted status codes, e.g. `[200, 204]`; empty means any 2xx. */
  expect_status: number[]
  /** Text that the body must contain; empty means none. */
  expect_text: string
  headers: Record<string, string>
}

/** One way of asking. Never throws; ends within `timeout_ms`. */
export type Prober = { kind: ProbeKind; ask(question: Question): Promise<Sample> }
